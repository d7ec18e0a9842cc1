package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.xml.XmlFault.Kind;
import io.policyengine.policies.format.xml.XmlLimits.Leniency;

/** Parses an XML document character by character. Line ends are {@code \n}. */
final class XmlMarkup {
    private static final String CDATA = "CDATA[";

    private final XmlLimits limits;
    private final boolean lenient;
    private final XmlEvents events;
    private final ProcessingInstruction instruction;
    private final OpenElements elements;
    private final Namespaces namespaces;
    private final StartTag tag;
    private final Reference reference;
    private final Doctype doctype;
    private final NameText name;
    private final TextRun run;
    private final UnreadText unread;
    private final AttributeValue value;

    private State state = State.TEXT;
    private boolean begun;
    /** The number of consecutive characters that match the current keyword. */
    private int matched;

    /** True after white space in a tag. */
    private boolean spaced;

    /** True before the document's first character, the only place for a declaration. */
    private boolean first = true;

    private enum State {
        TEXT,
        TEXT_REFERENCE,
        /** The state after {@code <}. */
        MARKUP,
        START_NAME,
        IN_TAG,
        EMPTY_END,
        ATTRIBUTE_NAME,
        EQUALS,
        QUOTE,
        VALUE,
        VALUE_REFERENCE,
        END_NAME,
        END_TAG,
        /** The state after {@code <!}. */
        BANG,
        DOCTYPE,
        COMMENT_OPEN,
        COMMENT,
        CDATA_OPEN,
        CDATA,
        INSTRUCTION
    }

    /**
     * Creates a reader.
     *
     * @param declaration receives the encoding that the document declares
     */
    XmlMarkup(XmlLimits limits, ProcessingInstruction.Declaration declaration, XmlEvents events) {
        this.limits = limits;
        this.lenient = limits.allowed().leniency() != Leniency.NONE;
        this.events = events;
        this.elements = new OpenElements(limits.depth(), limits.children());
        this.namespaces = new Namespaces(limits.namespaces(), lenient);
        this.tag = new StartTag(limits.attributes(), namespaces, lenient);
        this.name = new NameText(limits.nameBytes(), lenient);
        this.run = new TextRun(limits.stringBytes(), lenient, events);
        this.value = new AttributeValue(limits.stringBytes(), events.wantsValues());
        this.unread = new UnreadText(limits.stringBytes(), lenient);
        this.doctype = new Doctype(limits.allowed().leniency());
        this.reference = new Reference(lenient);
        this.instruction = new ProcessingInstruction(name, unread, limits.allowed(), declaration);
    }

    /** Returns whether markup has begun. Until then, the input may have any format. */
    boolean isBegun() {
        return begun;
    }

    /** Returns the bytes of memory for the names of open elements and for the namespaces in scope. */
    long heldBytes() {
        return elements.heldBytes() + namespaces.heldBytes();
    }

    boolean isWhole() {
        return state == State.TEXT && elements.depth() == 0 && elements.isRootSeen();
    }

    private static void require(boolean holds) throws XmlFault {
        if (!holds) {
            throw new XmlFault(Kind.MALFORMED);
        }
    }

    void take(int c) throws XmlFault {
        switch (state) {
            case TEXT -> text(c);
            case TEXT_REFERENCE, VALUE_REFERENCE -> referenced(c);
            case MARKUP -> markup(c);
            case START_NAME -> startName(c);
            case IN_TAG -> inTag(c);
            case EMPTY_END -> {
                require(c == '>');
                open();
                close();
            }
            case ATTRIBUTE_NAME -> attributeName(c);
            case EQUALS -> {
                if (!XmlChars.isBlank(c)) {
                    require(c == '=');
                    state = State.QUOTE;
                }
            }
            case QUOTE -> quote(c);
            case VALUE -> value(c);
            case END_NAME -> endName(c);
            case END_TAG -> endTag(c);
            case BANG -> bang(c);
            case DOCTYPE -> {
                if (doctype.take(c)) {
                    state = State.TEXT;
                }
            }
            case COMMENT_OPEN -> {
                require(c == '-');
                unread.begin();
                state = State.COMMENT;
            }
            case COMMENT -> {
                if (unread.comment(c)) {
                    backToText();
                }
            }
            case CDATA_OPEN -> {
                require(c == CDATA.charAt(matched));
                if (++matched == CDATA.length()) {
                    state = State.CDATA;
                }
            }
            case CDATA -> {
                if (run.section(c)) {
                    backToText();
                }
            }
            case INSTRUCTION -> {
                if (instruction.take(c)) {
                    backToText();
                }
            }
        }
    }

    private void beginName(State next, int c) throws XmlFault {
        name.begin(c);
        state = next;
    }

    private void text(int c) throws XmlFault {
        if (c == '<') {
            begun = true;
            state = State.MARKUP;
        } else if (elements.depth() == 0) {
            // In another charset or XML version, a character beyond ASCII may be white space.
            require(XmlChars.isBlank(c) || (lenient && begun && c >= 0x80));
            first = false;
        } else if (c == '&') {
            beginReference(State.TEXT_REFERENCE);
        } else {
            run.text(c);
        }
    }

    private void beginReference(State next) {
        reference.begin(doctype.isExternal());
        state = next;
    }

    private void referenced(int c) throws XmlFault {
        int whole = reference.take(c);
        if (whole == Reference.NONE) {
            return;
        }
        boolean inText = state == State.TEXT_REFERENCE;
        state = inText ? State.TEXT : State.VALUE;
        if (whole != Reference.SKIPPED && inText) {
            run.referenced(whole);
        } else if (whole != Reference.SKIPPED) {
            value.add(whole);
        }
    }

    private void markup(int c) throws XmlFault {
        name.clear();
        run.interrupt();
        boolean isFirst = first;
        first = false;
        switch (c) {
            case '/' -> state = State.END_NAME;
            case '!' -> state = State.BANG;
            case '?' -> {
                instruction.begin(isFirst);
                state = State.INSTRUCTION;
            }
            default -> {
                beginName(State.START_NAME, c);
                elements.requireRoom();
            }
        }
    }

    private void startName(int c) throws XmlFault {
        if (name.goesOnWith(c)) {
            name.add(c);
            return;
        }
        String element = name.qualified();
        tag.begin(element);
        events.beginElement(element);
        state = State.IN_TAG;
        inTag(c);
    }

    private void inTag(int c) throws XmlFault {
        if (XmlChars.isBlank(c)) {
            spaced = true;
        } else if (c == '>') {
            open();
        } else if (c == '/') {
            state = State.EMPTY_END;
        } else {
            require(spaced);
            beginName(State.ATTRIBUTE_NAME, c);
        }
    }

    private void open() throws XmlFault {
        tag.end();
        elements.push(tag.name());
        afterTag();
    }

    private void close() {
        namespaces.end(elements.depth());
        elements.pop();
        events.endElement();
        afterTag();
    }

    private void afterTag() {
        state = State.TEXT;
        run.afterTag();
        spaced = false;
    }

    private void attributeName(int c) throws XmlFault {
        if (name.goesOnWith(c)) {
            name.add(c);
            return;
        }
        tag.attribute(name.qualified());
        state = State.EQUALS;
        take(c);
    }

    private void quote(int c) throws XmlFault {
        if (!XmlChars.isBlank(c)) {
            require(c == '"' || c == '\'');
            value.begin(c);
            state = State.VALUE;
        }
    }

    private void value(int c) throws XmlFault {
        if (value.isEndedBy(c)) {
            endValue();
        } else if (c == '&') {
            beginReference(State.VALUE_REFERENCE);
        } else {
            require(c != '<');
            // §3.3.3: white space becomes a space.
            value.add(XmlChars.isBlank(c) ? ' ' : c);
        }
    }

    private void endValue() throws XmlFault {
        String attribute = name.toString();
        if (Namespaces.declares(attribute)) {
            namespaces.declare(attribute, value.digest(), elements.depth() + 1);
        }
        events.attribute(attribute, value.text());
        spaced = false;
        state = State.IN_TAG;
    }

    private void endName(int c) throws XmlFault {
        if (name.isEmpty()) {
            beginName(State.END_NAME, c);
        } else if (name.goesOnWith(c)) {
            name.add(c);
        } else {
            require(elements.isInnermost(name.toString()));
            state = State.END_TAG;
            endTag(c);
        }
    }

    private void endTag(int c) throws XmlFault {
        if (!XmlChars.isBlank(c)) {
            require(c == '>');
            close();
        }
    }

    private void bang(int c) throws XmlFault {
        switch (c) {
            case '-' -> {
                if (!limits.allowed().comments()) {
                    throw new XmlFault(Kind.COMMENT);
                }
                state = State.COMMENT_OPEN;
            }
            case '[' -> {
                require(elements.depth() > 0);
                matched = 0;
                state = State.CDATA_OPEN;
            }
            case 'D' -> {
                doctype.begin(elements.isRootSeen());
                state = State.DOCTYPE;
            }
            default -> require(false);
        }
    }

    private void backToText() {
        state = State.TEXT;
        run.interrupt();
    }
}
