package io.policyengine.policies.content.shared.texts;

import io.policyengine.policies.content.shared.texts.CharsetReader.Strictness;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Creates the readers that the shape of a body or part requires. */
final class ShapeReaders {
    private final Texts texts;
    private final StreamShape stream;

    ShapeReaders(Texts texts, StreamShape stream) {
        this.texts = texts;
        this.stream = stream;
    }

    OctetSink ofBody(ContentShape shape) throws ContentException {
        return of(shape, UnaryOperator.identity(), 0);
    }

    /**
     * Creates the readers of a part.
     *
     * @param transfer converts the spelling within the part to that of its octets in the body
     * @param level number of multipart bodies around the part
     */
    OctetSink of(ContentShape shape, UnaryOperator<Spelling> transfer, int level) throws ContentException {
        if (!shape.clear()) {
            throw ContentException.of(ContentFault.MALFORMED);
        }
        List<OctetSink> readers = new ArrayList<>(2);
        for (ContentShape.Structure structure : ContentShape.Structure.values()) {
            if (shape.structures().contains(structure)) {
                readers.add(of(structure, shape, transfer, level));
            }
        }
        boolean formOnly = shape.structures().equals(Set.of(ContentShape.Structure.FORM));
        if (formOnly && !shape.equals(ContentShape.query())) {
            // Clients that send JSON without stating it often state a form.
            readers.add(of(ContentShape.Structure.PLAIN, shape, transfer, level));
        }
        return OctetSink.all(readers);
    }

    private OctetSink of(
            ContentShape.Structure structure, ContentShape shape, UnaryOperator<Spelling> transfer, int level)
            throws ContentException {
        Strictness text = shape.text() ? Strictness.TEXT : Strictness.ANY;
        return switch (structure) {
            case JSON ->
                characters(
                        shape,
                        Strictness.JSON,
                        transfer,
                        written -> JsonTextReader.ofJson(new SeparateStrings(texts, written, 1)));
            case EVENTS ->
                characters(
                        shape,
                        Strictness.EVENTS,
                        transfer,
                        written -> CharacterSink.both(events(written), new Sniffed(this, written, Sniffed.For.JSON)));
            case LINES -> characters(shape, Strictness.JSON, transfer, written -> EventTexts.ofLines(texts, written));
            case FORM -> new FormTexts(texts);
            case MULTIPART -> new MultipartTexts(this, texts, shape.boundary().orElseThrow(), transfer, level);
            case MARKUP ->
                characters(shape, text, transfer, written -> CharacterSink.both(markup(written), plain(written)));
            case PLAIN ->
                characters(
                        shape,
                        text,
                        transfer,
                        written -> CharacterSink.both(
                                plain(written),
                                new Sniffed(this, written, level == 0 ? Sniffed.For.ANYTHING : Sniffed.For.MARKUP)));
        };
    }

    private Channel plain(Spelling written) throws ContentException {
        return Channel.begin(texts, TextPlace.plain(), written, 0);
    }

    /** Creates readers that read markup like an XML parser, and like an HTML parser inside and outside of SVG. */
    CharacterSink markup(Spelling written) throws ContentException {
        CharacterSink html = CharacterSink.both(new MarkupReader(texts, written), new HtmlTextReader(texts, written));
        return CharacterSink.both(html, new XmlTextReader(texts, written));
    }

    /** Creates a reader of events, and records that the body is a stream of events. */
    CharacterSink events(Spelling written) {
        stream.isEvents();
        return EventTexts.ofEvents(texts, written, stream);
    }

    CharacterSink json(Spelling written) {
        return JsonTextReader.ofWhatMayBeJson(new SeparateStrings(texts, written, 1), true);
    }

    @FunctionalInterface
    private interface Structured {
        CharacterSink with(Spelling written) throws ContentException;
    }

    /**
     * Creates a reader for each stated charset. If all stated charsets use single octets, adds a reader of UTF-8, since
     * servers may ignore the stated charset.
     */
    private static OctetSink characters(
            ContentShape shape, Strictness strictness, UnaryOperator<Spelling> transfer, Structured structured)
            throws ContentException {
        if (strictness == Strictness.JSON
                || strictness == Strictness.EVENTS
                || shape.charsets().isEmpty()) {
            OctetSink reader = characters(Optional.empty(), strictness, transfer, structured);
            return strictness == Strictness.ANY ? OctetSink.all(List.of(wide(transfer, structured), reader)) : reader;
        }
        List<OctetSink> readers = new ArrayList<>(2);
        if (strictness == Strictness.ANY) {
            readers.add(wide(transfer, structured));
        }
        boolean asUtf8 = true;
        for (String charset : shape.charsets()) {
            readers.add(characters(Optional.of(charset), strictness, transfer, structured));
            asUtf8 &= CharsetReader.isSingle(charset);
        }
        if (asUtf8) {
            readers.add(characters(Optional.empty(), Strictness.ANY, transfer, structured));
        }
        return OctetSink.all(readers);
    }

    private static OctetSink wide(UnaryOperator<Spelling> transfer, Structured structured) {
        return new WideReader(charset -> structured.with(transfer.apply(text -> Optional.of(text.getBytes(charset)))));
    }

    private static OctetSink characters(
            Optional<String> charset, Strictness strictness, UnaryOperator<Spelling> transfer, Structured structured)
            throws ContentException {
        Written written = new Written();
        CharsetReader reader = new CharsetReader(charset, strictness, structured.with(transfer.apply(written)));
        written.reader = Optional.of(reader);
        return reader;
    }

    /** A spelling in the charset of the body. The charset is known once the first octets have been read. */
    private static final class Written implements Spelling {
        private Optional<CharsetReader> reader = Optional.empty();

        @Override
        public Optional<byte[]> spell(String text) {
            return reader.flatMap(known -> known.spell(text));
        }
    }
}
