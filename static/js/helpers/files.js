const KINDS = ["image/jpeg", "image/png", "image/webp"];
export const LARGEST_PICTURE = 10 * 1024 * 1024;

/**
 * Why a picture cannot be taken, in a sentence; "" when it can. The server checks again, for real.
 * @param {{type: string, size: number}} file
 */
export function objectionToPicture(file) {
  if (!KINDS.includes(file.type)) return "Please choose a JPEG, PNG or WebP picture.";
  if (file.size > LARGEST_PICTURE) return "This picture is larger than 10 MB. A smaller one will do.";
  if (file.size === 0) return "This file is empty.";
  return "";
}

/** "1.2 MB", "640 KB" */
export function sizeText(bytes) {
  return bytes >= 1024 * 1024 ? `${(bytes / 1024 / 1024).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`;
}
