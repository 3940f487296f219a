// What is drawn here, as an image that a view shows like a picture of the server's.

export async function imageOf(canvas) {
  const bytes = await new Promise((done) => canvas.toBlob(done));
  const address = URL.createObjectURL(bytes);
  const image = new Image();
  image.src = address;
  try {
    await image.decode();
  } finally {
    URL.revokeObjectURL(address);
  }
  return image;
}
