/**
 * The texts in bodies, for policies that look for something in them.
 *
 * <p>A policy gives a {@link io.policyengine.policies.content.shared.content.TextReader} for each <em>logical text</em>: what whoever reads the body in the
 * end takes for one text. {@link io.policyengine.policies.content.shared.content.BodyTexts} reads the body byte by byte, so that no cut matters:
 *
 * <ul>
 *   <li>octets to characters: UTF-8, UTF-16 and UTF-32, with a byte order mark or without, and charsets of one octet; what is no character, or
 *       contradicts itself, is refused ({@code CharsetReader});
 *   <li>characters to structure, by the content type and by how the body begins where that says something else ({@code ContentShape}, {@code
 *       Sniffed}): strings and names of JSON without their escapes, also of JSON within strings; events of a stream; forms; markup; parts of
 *       multipart, with their transfer encodings undone;
 *   <li>structure to texts: the pieces of a message, and the deltas of a stream of events, are one text ({@code StreamedTexts}).
 * </ul>
 *
 * <p>Each character of a {@link io.policyengine.policies.content.shared.content.LogicalText} knows the octets that stand for it. The reader says which
 * characters are replaced, and up to where it has decided. The octets of the body wait in one queue ({@code Passage}) and go on from its front
 * up to the first that stands for something undecided. So the body stays what it was, octet by octet, but for what is replaced, and that is
 * written as its place demands. A stream of events goes on in whole events, and can be ended after any by {@link
 * io.policyengine.policies.content.shared.content.StreamDenial}.
 *
 * <p>What is JSON, XML and UTF-8 is decided by {@code policies.format}: {@code JsonTextReader}, {@code XmlTextReader} and {@code Utf8Decoder} only
 * turn what is found there into texts. {@code MarkupReader} is the lenient reader here: it sees markup as readers of HTML do, and checks nothing.
 *
 * <p>{@link io.policyengine.policies.content.shared.content.BodyInspection} connects it with an exchange: whole bodies and chunks, on the event loop and off it.
 *
 * <p>Over twenty types, since each encoding and each structure has its reader, and all of them share the octets that wait.
 */
@NullMarked
package io.policyengine.policies.content.shared.content;

import org.jspecify.annotations.NullMarked;
