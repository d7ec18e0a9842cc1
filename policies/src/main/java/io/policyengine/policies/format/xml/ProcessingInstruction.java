package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.xml.XmlFault.Kind;
import java.util.List;

/** Reads the rest of a processing instruction, or of the XML declaration, after {@code <?}. */
final class ProcessingInstruction {
    private final NameText name;
    private final UnreadText unread;
    private final boolean isAllowed;
    private final boolean lenient;
    private final Declaration declaration;
    private State state = State.TARGET;
    private boolean isFirst;

    private enum State {
        TARGET,
        /** The state after a {@code ?} that directly follows a target. */
        TARGET_END,
        INSTRUCTION,
        DECLARATION
    }

    /** Receives the encoding that a document declares. */
    @FunctionalInterface
    interface Declaration {
        void encoding(String name) throws XmlFault;
    }

    /**
     * Creates a reader.
     *
     * @param name reads the target
     * @param unread reads the rest
     */
    ProcessingInstruction(NameText name, UnreadText unread, XmlLimits.Allowed allowed, Declaration declaration) {
        this.name = name;
        this.unread = unread;
        this.isAllowed = allowed.instructions();
        this.lenient = allowed.leniency() != XmlLimits.Leniency.NONE;
        this.declaration = declaration;
    }

    /**
     * Begins an instruction.
     *
     * @param first true at the beginning of the document, the only place for a declaration
     */
    void begin(boolean first) {
        name.clear();
        state = State.TARGET;
        isFirst = first;
    }

    /** Reads the next character; returns true if it ends the instruction. */
    boolean take(int c) throws XmlFault {
        return switch (state) {
            case TARGET -> target(c);
            case TARGET_END -> {
                require(c == '>');
                yield true;
            }
            case INSTRUCTION -> unread.instruction(c);
            case DECLARATION -> declaration(c);
        };
    }

    private boolean target(int c) throws XmlFault {
        if (name.isEmpty()) {
            name.begin(c);
            return false;
        }
        if (name.goesOnWith(c)) {
            name.add(c);
            return false;
        }
        String target = name.toString();
        if (isFirst && target.equals("xml")) {
            require(lenient || XmlChars.isBlank(c));
            begin(State.DECLARATION);
            return take(c);
        }
        requireAllowed(target);
        require(lenient || c == '?' || XmlChars.isBlank(c));
        begin(!lenient && c == '?' ? State.TARGET_END : State.INSTRUCTION);
        return lenient && take(c);
    }

    private void requireAllowed(String target) throws XmlFault {
        // A target has no colon (Namespaces §7) and is not "xml" in upper or lower case (§2.6).
        boolean late = target.equalsIgnoreCase("xml");
        require(lenient || (target.indexOf(':') < 0 && !late));
        if (!isAllowed && !late) {
            throw new XmlFault(Kind.INSTRUCTION);
        }
    }

    private void begin(State next) {
        state = next;
        unread.begin();
    }

    private boolean declaration(int c) throws XmlFault {
        if (!unread.declaration(c)) {
            return false;
        }
        String declared = unread.declared();
        List<String> encodings = lenient
                ? XmlDeclaration.encodingsAnywhereIn(declared)
                : XmlDeclaration.encodingIn(declared).stream().toList();
        for (String encoding : encodings) {
            declaration.encoding(encoding);
        }
        return true;
    }

    private static void require(boolean holds) throws XmlFault {
        if (!holds) {
            throw new XmlFault(Kind.MALFORMED);
        }
    }
}
