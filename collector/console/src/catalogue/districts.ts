// SPDX-License-Identifier: Apache-2.0
// Zhanjiang's districts: codes of GB/T 2260, what nodes call them, and outlines that only show how they lie to each other (no boundaries are claimed).
export interface District {
  code: string
  /** Names in the names of nodes. */
  aliases: readonly string[]
  /** Corners in a picture of 560 × 720. */
  outline: string
  at: readonly [number, number]
}

export const mapBox = '24 0 556 724'
export const districts: readonly District[] = [
  { code: '440881', aliases: ['lianjiang'], outline: '80,210 92,126 160,63 220,13 320,21 380,63 400,139 360,189 280,197 200,223 132,231', at: [236, 118] },
  { code: '440883', aliases: ['wuchuan'], outline: '400,139 480,139 560,189 520,240 440,294 412,265 388,210 360,189', at: [466, 204] },
  { code: '440823', aliases: ['suixi'], outline: '132,231 200,223 280,197 292,265 252,307 260,366 200,378 120,378 52,357 92,281', at: [168, 302] },
  { code: '440802', aliases: ['chikan'], outline: '280,197 340,200 364,258 344,280 318,274 292,265', at: [316, 236] },
  { code: '440804', aliases: ['potou'], outline: '360,189 388,210 412,265 440,294 428,352 404,350 392,300 364,258 340,200', at: [394, 262] },
  { code: '440803', aliases: ['xiashan'], outline: '318,274 344,280 374,302 376,340 326,344 310,300', at: [344, 310] },
  { code: '440811', aliases: ['mazhang'], outline: '292,265 318,274 310,300 326,344 344,356 330,382 290,392 260,366 252,307', at: [283, 336] },
  { code: '440800-ETDZ', aliases: ['etdz', 'donghai'], outline: '356,366 400,362 432,384 412,410 362,418 336,398', at: [384, 392] },
  { code: '440882', aliases: ['leizhou'], outline: '52,357 120,378 200,378 260,366 290,392 300,426 332,452 348,500 352,560 270,566 190,560 130,576 92,560 60,500 44,430', at: [196, 468] },
  { code: '440825', aliases: ['xuwen'], outline: '130,576 190,560 270,566 352,560 374,600 352,660 290,700 220,712 150,690 124,640 110,604', at: [240, 632] },
]

/** The district that a node of the city stands for, by its code or its name. */
export function districtOf(node: string): District | undefined {
  const name = node.split('/')[0]!.toLowerCase()
  return [...districts].sort((a, b) => b.code.length - a.code.length).find((one) => name.includes(one.code.toLowerCase()) || one.aliases.some((alias) => name.includes(alias)))
}
