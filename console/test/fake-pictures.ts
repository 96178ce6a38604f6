/** Pictures and papers that the fake box hands out: drawn, of nobody. */
import { createCanvas } from '@napi-rs/canvas';
import PDFDocument from 'pdfkit';

/** A room from its front: desks in rows, one colour a seed. `stamp` is written below, as the box would. */
export function roomPicture(width: number, height: number, seed: number, stamp = ''): Buffer {
  const canvas = createCanvas(width, height);
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#d8d6cf';
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = '#b7b2a6';
  pen.fillRect(0, height * 0.42, width, height * 0.58);
  pen.fillStyle = '#eef3f7';
  for (let window = 0; window < 4; window++)
    pen.fillRect(width * (0.06 + window * 0.24), height * 0.08, width * 0.16, height * 0.24);
  for (let row = 0; row < 4; row++) {
    const scale = 0.5 + row * 0.2;
    const y = height * (0.44 + row * 0.13);
    for (let column = 0; column < 6; column++) {
      const x = width * (0.5 + (column - 2.5) * 0.13 * scale * 1.2);
      pen.fillStyle = `hsl(${(seed * 67 + column * 23 + row * 31) % 360} 22% 42%)`;
      pen.beginPath();
      pen.arc(x, y - height * 0.035 * scale, height * 0.028 * scale, 0, 7);
      pen.fill();
      pen.fillStyle = '#6d6353';
      pen.fillRect(x - width * 0.045 * scale, y, width * 0.09 * scale, height * 0.05 * scale);
    }
  }
  if (stamp) {
    pen.fillStyle = 'rgba(20, 24, 30, 0.75)';
    pen.fillRect(0, height * 0.9, width, height * 0.1);
    pen.fillStyle = '#ffffff';
    pen.font = `${Math.round(height * 0.035)}px sans-serif`;
    pen.fillText(stamp, width * 0.02, height * 0.96);
  }
  return canvas.toBuffer('image/jpeg');
}

/** A head and shoulders. */
export function portrait(seed: number): Buffer {
  const canvas = createCanvas(240, 320);
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#cfe0ee';
  pen.fillRect(0, 0, 240, 320);
  pen.fillStyle = `hsl(${(seed * 47) % 360} 30% 35%)`;
  pen.fillRect(30, 230, 180, 90);
  pen.fillStyle = '#e8c9a8';
  pen.beginPath();
  pen.arc(120, 140, 66, 0, 7);
  pen.fill();
  return canvas.toBuffer('image/jpeg');
}

/** A PDF of one page with a line of Latin text. */
export function onePage(text: string): Promise<Buffer> {
  return new Promise((resolve) => {
    const paper = new PDFDocument({ size: 'A4' });
    const parts: Buffer[] = [];
    paper.on('data', (part: Buffer) => parts.push(part));
    paper.on('end', () => resolve(Buffer.concat(parts)));
    paper.fontSize(24).text(text);
    paper.end();
  });
}
