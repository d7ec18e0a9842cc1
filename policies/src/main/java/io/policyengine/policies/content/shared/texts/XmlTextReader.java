package io.policyengine.policies.content.shared.texts;

import io.policyengine.policies.format.json.JsonReader;
import io.policyengine.policies.format.xml.XmlEvents;
import io.policyengine.policies.format.xml.XmlFault;
import io.policyengine.policies.format.xml.XmlLimits;
import io.policyengine.policies.format.xml.XmlScanner;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of an XML document through an {@link XmlScanner}: without markup, with CDATA sections joined and
 * references resolved. The text of each element without its children is also read separately, since converters from XML
 * to JSON join that text. Reads until every XML parser would reject the document. Refuses document types with
 * declarations, since parsers may then know other entities. Also refuses declared encodings in which ASCII octets mean
 * other characters.
 */
final class XmlTextReader implements CharacterSink, XmlEvents {
    /** Maximum size of an XML name, including its prefix, in bytes of UTF-8. */
    private static final int MAX_NAME = 1024;

    /** Maximum number of attributes of an XML element, and maximum number of namespace declarations in scope. */
    private static final int MAX_DECLARATIONS = 1000;

    private static final int MAX = Integer.MAX_VALUE;
    private static final XmlLimits LIMITS = new XmlLimits(
            JsonPath.MAX_DEPTH,
            MAX,
            MAX_DECLARATIONS,
            MAX_DECLARATIONS,
            MAX,
            MAX_NAME,
            new XmlLimits.Allowed(true, true, XmlLimits.Leniency.SEARCH));

    /** Maximum number of pending closing brackets, which either end a CDATA section or are text. */
    private static final int MAX_BRACKETS = 2;

    private static final long NONE = Long.MAX_VALUE;

    private final Texts texts;
    private final Channel text;
    private final Spelling spelling;
    /**
     * The text of each open element without the text of its children; null until it has a character other than a blank.
     */
    private final List<@Nullable Channel> own = new ArrayList<>();
    /** The text of the element that ends with the current character. */
    private @Nullable Channel ended;

    private @Nullable XmlScanner scanner;
    private long held;

    /** The text characters that the current character of the document completes. */
    private final int[] given = new int[MAX_BRACKETS + 1];

    private int count;
    /** The position of the current reference's first octet. */
    private long referenceStart = NONE;
    /** The positions of the first octets of pending brackets; each bracket is one character of text. */
    private final long[] bracketStarts = new long[MAX_BRACKETS];

    private final long[] bracketEnds = new long[MAX_BRACKETS];
    private int brackets;

    XmlTextReader(Texts texts, Spelling written) throws ContentException {
        this.texts = texts;
        this.spelling = written.inMarkup();
        this.text = Channel.begin(texts, TextPlace.plain(), spelling, 1);
        this.scanner = XmlScanner.ofCharacters(LIMITS, this);
    }

    @Override
    public void take(int codePoint, long start, long end) throws ContentException {
        XmlScanner reading = scanner;
        if (reading == null) {
            return;
        }
        count = 0;
        try {
            reading.character(codePoint);
        } catch (XmlFault fault) {
            refuse(fault);
            return;
        }
        if (count > 0) {
            give(start, end);
        } else if (codePoint == '&') {
            referenceStart = start;
        } else if (codePoint == '<' || codePoint == '>') {
            referenceStart = NONE;
            brackets = 0;
        } else if (codePoint == ']' && brackets < MAX_BRACKETS) {
            bracketStarts[brackets] = start;
            bracketEnds[brackets++] = end;
        }
        if (codePoint == ';') {
            referenceStart = NONE;
        }
        if (codePoint == '>') {
            holds(reading.heldBytes());
            end(ended);
            ended = null;
        }
    }

    private static void end(@Nullable Channel channel) throws ContentException {
        if (channel != null) {
            channel.end();
        }
    }

    private void endAll() throws ContentException {
        for (Channel each : own.reversed()) {
            end(each);
        }
        own.clear();
        end(ended);
        ended = null;
        text.end();
    }

    private void give(int character, long start, long end) throws ContentException {
        text.take(character, start, end);
        if (own.isEmpty()) {
            return;
        }
        Channel channel = own.getLast();
        if (channel == null && !JsonReader.isBlank(character)) {
            channel = Channel.begin(texts, TextPlace.plain(), spelling, 1);
            own.set(own.size() - 1, channel);
        }
        if (channel != null) {
            channel.take(character, start, end);
        }
    }

    private void give(long start, long end) throws ContentException {
        int before = Math.min(brackets, count - 1);
        for (int i = 0; i < before; i++) {
            give(given[i], bracketStarts[i], bracketEnds[i]);
        }
        for (int i = before; i < count; i++) {
            give(given[i], Math.min(start, referenceStart), end);
        }
        referenceStart = NONE;
        brackets = count > 1 ? 0 : brackets;
    }

    private void refuse(XmlFault fault) throws ContentException {
        scanner = null;
        referenceStart = NONE;
        brackets = 0;
        holds(0);
        switch (fault.kind()) {
            case MALFORMED, UNDECODABLE, ENTITY, INSTRUCTION, COMMENT -> {
                // XML parsers stop here.
                endAll();
            }
            case DTD -> throw ContentException.of(ContentFault.MALFORMED);
            case ENCODING -> throw ContentException.of(ContentFault.UNKNOWN_CHARSET);
            case DEPTH, CHILDREN, ATTRIBUTES, NAMESPACES, STRING, NAME ->
                throw ContentException.of(ContentFault.TOO_COMPLEX);
        }
    }

    private void holds(long bytes) {
        texts.holds(bytes - held);
        held = bytes;
    }

    @Override
    public boolean wantsValues() {
        return false;
    }

    @Override
    public void beginElement(String name) {
        own.add(null);
    }

    @Override
    public void attribute(String name, String value) {
        // Values are searched in the plain text.
    }

    @Override
    public void text(int codePoint) {
        given[count++] = codePoint;
    }

    @Override
    public void endElement() {
        ended = own.removeLast();
    }

    @Override
    public void end() throws ContentException {
        scanner = null;
        holds(0);
        endAll();
    }

    @Override
    public long undecidedFrom() {
        long first = Math.min(referenceStart, brackets > 0 ? bracketStarts[0] : NONE);
        for (Channel each : own) {
            first = each == null ? first : Math.min(first, each.undecidedFrom());
        }
        return Math.min(first, text.undecidedFrom());
    }
}
