package io.policyengine.policies.content.shared.texts;

import io.policyengine.policies.format.form.FormFault;
import io.policyengine.policies.format.form.FormReader;
import io.policyengine.policies.format.form.FormSink;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the names and values of a form or of a query as texts. Decodes percent-encoded octets as UTF-8, and also as
 * UTF-16 and UTF-32.
 */
final class FormTexts implements OctetSink {
    /** Maximum number of octets that are kept of a form field's name. */
    private static final int MAX_NAME = 64;

    private static final Spelling SPELLING = Spelling.percent();

    private final Texts texts;
    private final FormReader<ContentException> reader = new FormReader<>(FormReader.Escapes.LENIENT, new Sink());
    private final StringBuilder name = new StringBuilder();
    private @Nullable OctetSink part;
    private boolean inValue;

    FormTexts(Texts texts) {
        this.texts = texts;
    }

    @Override
    public void take(int octet, long start, long end) throws ContentException {
        try {
            reader.take(octet, start, end);
        } catch (FormFault fault) {
            throw ContentException.of(ContentFault.MALFORMED);
        }
    }

    @Override
    public void end() throws ContentException {
        try {
            reader.end();
        } catch (FormFault fault) {
            throw ContentException.of(ContentFault.MALFORMED);
        }
    }

    @Override
    public long undecidedFrom() {
        long first = reader.undecidedFrom();
        return part == null ? first : Math.min(first, part.undecidedFrom());
    }

    private final class Sink implements FormSink<ContentException> {
        @Override
        public void octet(int octet, long start, long end) throws ContentException {
            if (!inValue && name.length() < MAX_NAME) {
                name.append((char) octet);
            }
            if (part == null) {
                TextPlace place = inValue
                        ? TextPlace.of(TextPlace.Kind.FORM_VALUE, nameOfField())
                        : TextPlace.of(TextPlace.Kind.FORM_NAME, "");
                part = OctetSink.all(List.of(
                        CharsetReader.utf8(Channel.begin(texts, place, SPELLING, 1)),
                        new WideReader(_ -> Channel.begin(texts, place, Spelling.FIXED, 1))));
            }
            part.take(octet, start, end);
        }

        private String nameOfField() {
            return new String(name.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        }

        @Override
        public void endName() throws ContentException {
            endPart();
            inValue = true;
        }

        @Override
        public void endField() throws ContentException {
            endPart();
            name.setLength(0);
            inValue = false;
        }

        private void endPart() throws ContentException {
            if (part != null) {
                part.end();
                part = null;
            }
        }
    }
}
