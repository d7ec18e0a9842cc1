/**
 * The texts in bodies, for policies that search them.
 *
 * <p>A policy supplies a {@link io.policyengine.policies.content.shared.texts.TextReader} for each <em>logical
 * text</em>: content that the final recipient of the body reads as one text.
 * {@link io.policyengine.policies.content.shared.texts.BodyTexts} reads the body byte by byte, so that chunk boundaries
 * do not matter:
 *
 * <ul>
 *   <li>octets to characters: UTF-8, UTF-16 and UTF-32, with or without a byte order mark, and charsets that use one
 *       octet for each character; invalid octets, and octets that contradict the stated charset, are refused ({@code
 *       CharsetReader});
 *   <li>characters to structure, by the content type and, in addition, by the beginning of the body ({@code
 *       ContentShape}, {@code Sniffed}): unescaped strings and names of JSON, also of JSON within strings; events of a
 *       stream; forms; markup; decoded parts of multipart bodies;
 *   <li>structure to texts: the pieces of a message, and the deltas of a stream of events, are joined to one text
 *       ({@code SeparateStrings}, {@code StreamedTexts}).
 * </ul>
 *
 * <p>Each character of a {@link io.policyengine.policies.content.shared.texts.LogicalText} has the positions of its
 * octets in the body. The reader states which characters are replaced, and up to which character it has decided. The
 * octets wait in one queue ({@code Passage}) and pass up to the first undecided octet. Only replaced octets change, and
 * are encoded as their place requires. A stream of events passes in whole events, and can end after each of them with a
 * {@link io.policyengine.policies.content.shared.texts.StreamDenial}.
 *
 * <p>{@code policies.format} parses JSON, XML and UTF-8; {@code JsonTextReader}, {@code XmlTextReader} and
 * {@code Utf8Decoder} only convert the results to texts. {@code MarkupReader} is lenient: it reads markup like an HTML
 * parser and does not check it.
 *
 * <p>{@link io.policyengine.policies.content.shared.texts.BodyInspection} reads the body of an exchange, whole or in
 * chunks, on the event loop or outside it.
 *
 * <p>The package has over twenty types, since each encoding and each structure has its own reader, and all readers
 * share the waiting octets.
 */
@NullMarked
package io.policyengine.policies.content.shared.texts;

import org.jspecify.annotations.NullMarked;
