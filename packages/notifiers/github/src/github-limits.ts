/**
 * GitHub's limits, in characters and in number. Here they are held in UTF-16 units, of which there are never
 * fewer than characters.
 */
export const maxTitle = 256;
export const maxBody = 65_536;
export const maxLabel = 50;
export const maxLabels = 100;
