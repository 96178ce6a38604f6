/** Calls about machines: list, walk, seat, same PC, address, retire. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { ReasonBody, SamePcBody, SeatMachineBody, WalkBody } from '#protocol/console.schema.ts';
import { extent, type Right } from '#protocol/rights.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import type { Connections } from '#server/kiosk/connections.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import { type Caller, requireRooms } from '#server/staff/auth.service.ts';
import { listMachines } from './machines.list.ts';
import { selectOptionalMachine, selectOptionalOpenWalk } from './machines.repo.ts';
import { isLoopback, type MachinesService } from './machines.service.ts';

const C = '/api/v1/console';
const MachineParams = strict({ machine: id('machine') });
const NoBody = Type.Union([Type.Null(), Type.Undefined(), strict({})]);

/** Rooms a caller's right reaches into; null: all. */
export function roomsInReach(caller: Caller, right: Right): string[] | null {
  return extent(caller.staff.role, right) === 'all' ? null : caller.staff.rooms;
}

export function machinesRoutes(
  app: FastifyInstance,
  deps: Deps,
  machines: MachinesService,
  connections: Connections,
): void {
  const s = new Statements(deps.db);
  const demo = () => s.get<{ demo: number }>('SELECT demo FROM site')?.demo === 1;
  const roomOf = (machine: string): string => {
    const found = selectOptionalMachine(s, machine);
    if (!found) throw new BoxError('thing/not-found', { machine });
    return found.room;
  };

  app.get(`${C}/machines`, async (request) => {
    const rooms = roomsInReach(callerOf(request), 'site.read');
    return listMachines(s, connections, machines, rooms, (address) => demo() && isLoopback(address));
  });
  app.post<{ Body: Static<typeof WalkBody> }>(
    `${C}/walks`,
    { schema: { body: WalkBody } },
    async (request) => {
      const caller = callerOf(request);
      requireRooms(caller, 'machine.write', [request.body.room]);
      return machines.startWalk(request.body.room, request.body.from, caller.actor);
    },
  );
  app.delete(`${C}/walks/current`, async (request) => {
    const caller = callerOf(request);
    const walk = selectOptionalOpenWalk(s);
    if (walk) requireRooms(caller, 'machine.write', [walk.room]);
    await machines.endWalk(caller.actor);
    return {};
  });
  app.post<{ Body: Static<typeof SeatMachineBody> }>(
    `${C}/machines/seat`,
    { schema: { body: SeatMachineBody } },
    async (request) => {
      const caller = callerOf(request);
      const { pending, room, seat } = request.body;
      requireRooms(caller, 'machine.write', [room]);
      await machines.seat(pending, room, seat, caller.actor);
      return {};
    },
  );
  app.post<{ Body: Static<typeof SamePcBody> }>(
    `${C}/machines/same-pc`,
    { schema: { body: SamePcBody } },
    async (request) => {
      const caller = callerOf(request);
      requireRooms(caller, 'machine.approve', [roomOf(request.body.machine)]);
      await machines.samePc(request.body.pending, request.body.machine, caller.actor);
      return {};
    },
  );
  app.post<{ Params: Static<typeof MachineParams> }>(
    `${C}/machines/:machine/approve-address`,
    { schema: { params: MachineParams, body: NoBody } },
    async (request) => {
      const caller = callerOf(request);
      requireRooms(caller, 'machine.approve', [roomOf(request.params.machine)]);
      await machines.approveAddress(request.params.machine, caller.actor);
      return {};
    },
  );
  app.post<{ Params: Static<typeof MachineParams>; Body: Static<typeof ReasonBody> }>(
    `${C}/machines/:machine/retire`,
    { schema: { params: MachineParams, body: ReasonBody } },
    async (request) => {
      const caller = callerOf(request);
      requireRooms(caller, 'machine.write', [roomOf(request.params.machine)]);
      await machines.retire(request.params.machine, request.body.reason, caller.actor);
      return {};
    },
  );
}
