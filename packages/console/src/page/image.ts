const pictureAddress = /^https?:\/\/[^\s"'<>]+\.(png|jpe?g|gif|webp|avif|svg)([?#][^\s"'<>]*)?$/i;
const anyAddress = /^https?:\/\/[^\s"'<>]+$/i;
const pictureData = /^data:image\/[\w.+-]+[;,]/i;
const svgText = /^\s*(<\?xml[^>]*\?>\s*)?(<!--[\s\S]*?-->\s*)*(<!DOCTYPE[^>]*>\s*)?<svg[\s>]/i;
/** Names of fields whose addresses are those of pictures, whatever they end with. */
const pictureName =
  /(^|[^a-z])(image|img|picture|photo|thumbnail|thumb|cover|poster|logo)s?(_?(url|uri|link|src))?$/i;

/**
 * Where an image that a text holds or names can be loaded from, for the `src` of an `<img>`; undefined when it holds none. SVG becomes a data
 * URI, because in an `<img>` no script of it runs and nothing of it is loaded.
 *
 * @param name  of the field, which tells of an address without an ending whether it is one of a picture
 */
export function imageSource(value: string, name = ''): string | undefined {
  const text = value.trim();
  if (pictureAddress.test(text) || pictureData.test(text)) return text;
  if (svgText.test(text))
    return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(withNamespace(text))}`;
  return anyAddress.test(text) && pictureName.test(name) ? text : undefined;
}

/** Browsers draw no SVG image without its namespace, which SVG inside of HTML needs not have. */
function withNamespace(svg: string): string {
  const [tag = ''] = /<svg[^>]*>/i.exec(svg) ?? [];
  return /\sxmlns\s*=/.test(tag) ? svg : svg.replace(/<svg/i, '<svg xmlns="http://www.w3.org/2000/svg"');
}
