/** Calls about photos: those of the rooms, and those of the registration. */
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { PhotoBody, PhotoParams, PhotosQuery, RegisteredBody } from '#protocol/evidence.schema.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import { BoxError } from '#server/platform/box-error.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import { reachOf, requireRooms } from '#server/staff/auth.service.ts';
import { sendFile } from './file-answer.ts';
import type { PhotosService } from './photos.service.ts';
import type { RegisteredService } from './registered.service.ts';

const C = '/api/v1/console';
const SessionParams = strict({ session: id('session') });
const CandidateParams = strict({ candidate: id('candidate') });
const ExamParams = strict({ exam: id('exam') });
const SUFFIX: Record<string, string> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' };

export function photosRoutes(
  app: FastifyInstance,
  photos: PhotosService,
  registered: RegisteredService,
): void {
  app.get<{ Params: Static<typeof SessionParams>; Querystring: Static<typeof PhotosQuery> }>(
    `${C}/sessions/:session/photos`,
    { schema: { params: SessionParams, querystring: PhotosQuery } },
    async (request) =>
      photos.list(request.params.session, request.query, reachOf(callerOf(request), 'evidence.read')),
  );
  app.post<{ Params: Static<typeof SessionParams>; Body: Static<typeof PhotoBody> }>(
    `${C}/sessions/:session/photos`,
    { schema: { params: SessionParams, body: PhotoBody } },
    async (request) => {
      const caller = callerOf(request);
      requireRooms(caller, 'evidence.write', [request.body.room]);
      return photos.add(request.params.session, request.body, caller);
    },
  );
  app.get<{ Params: Static<typeof SessionParams> }>(
    `${C}/sessions/:session/panoramas`,
    { schema: { params: SessionParams } },
    async (request) => photos.panoramas(request.params.session, reachOf(callerOf(request), 'evidence.read')),
  );
  app.get<{ Params: Static<typeof PhotoParams> }>(
    `${C}/photos/:photo/:version`,
    { schema: { params: PhotoParams } },
    async (request, reply) => {
      const { version } = request.params;
      const photo = photos.photo(request.params.photo);
      requireRooms(callerOf(request), 'evidence.read', [photo.room]);
      const { type, stream } = photos.file(photo, version);
      const name = `${photo.photo}-${version}.${SUFFIX[type] ?? 'bin'}`;
      return sendFile(reply, { type, name, way: 'inline', stream, forGood: true });
    },
  );
  app.get<{ Params: Static<typeof CandidateParams> }>(
    `${C}/candidates/:candidate/photo`,
    { schema: { params: CandidateParams } },
    async (request, reply) => {
      const { candidate } = request.params;
      const reach = reachOf(callerOf(request), 'room.watch');
      // Who sits in two rooms is watched in both.
      if (reach !== null && !registered.roomsOf(candidate).some((room) => reach.has(room)))
        throw new BoxError('auth/scope');
      registered.roomsOf(candidate);
      const stream = registered.file(candidate);
      // A later import may bring another photo of the same candidate.
      return sendFile(reply, {
        type: 'image/jpeg',
        name: `${candidate}.jpg`,
        way: 'inline',
        stream,
        forGood: false,
      });
    },
  );
  app.post<{ Params: Static<typeof ExamParams>; Body: Static<typeof RegisteredBody> }>(
    `${C}/exams/:exam/photos`,
    { schema: { params: ExamParams, body: RegisteredBody } },
    async (request) => {
      const { upload, file } = request.body;
      return registered.import(request.params.exam, upload, file, callerOf(request));
    },
  );
}
