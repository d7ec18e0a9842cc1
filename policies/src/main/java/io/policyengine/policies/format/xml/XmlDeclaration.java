package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.xml.XmlFault.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The declaration with which a document may begin (XML 1.0 §2.8): version 1.0, an encoding, and standalone. */
final class XmlDeclaration {
    /**
     * Maximum characters of an XML declaration between {@code <?xml} and {@code ?>}. Real declarations are far shorter.
     */
    static final int MAX = 256;

    private static final String ENCODING = "encoding";

    private final String text;
    private int at;

    private XmlDeclaration(String text) {
        this.text = text;
    }

    /**
     * Returns the name of the encoding; empty if none is stated.
     *
     * @param text between {@code <?xml} and {@code ?>}
     * @throws XmlFault if the declaration is malformed
     */
    static Optional<String> encodingIn(String text) throws XmlFault {
        return new XmlDeclaration(text).encoding();
    }

    /** Returns every name that some parser may read as the encoding. The declaration need not be well-formed. */
    static List<String> encodingsAnywhereIn(String text) {
        List<String> names = new ArrayList<>(1);
        XmlDeclaration declaration = new XmlDeclaration(text);
        for (int at = text.indexOf(ENCODING); at >= 0; at = text.indexOf(ENCODING, at + 1)) {
            declaration.at = at + ENCODING.length();
            declaration.value().ifPresent(names::add);
        }
        return names;
    }

    private Optional<String> encoding() throws XmlFault {
        Optional<String> version = setting("version");
        require(version.isPresent() && version.get().equals("1.0"));
        Optional<String> encoding = setting(ENCODING);
        Optional<String> standalone = setting("standalone");
        require(standalone.isEmpty()
                || standalone.get().equals("yes")
                || standalone.get().equals("no"));
        skipBlanks();
        require(at == text.length());
        return encoding;
    }

    /** Returns the value of the next setting if the setting has the given name; otherwise empty. */
    private Optional<String> setting(String name) throws XmlFault {
        int start = at;
        skipBlanks();
        if (!text.startsWith(name, at)) {
            at = start;
            return Optional.empty();
        }
        require(at > start);
        at += name.length();
        Optional<String> value = value();
        require(value.isPresent());
        return value;
    }

    /** Returns the value that follows an equals sign; empty if the text is malformed there. */
    private Optional<String> value() {
        skipBlanks();
        if (at >= text.length() || text.charAt(at) != '=') {
            return Optional.empty();
        }
        at++;
        skipBlanks();
        char quote = at < text.length() ? text.charAt(at) : 0;
        int end = quote == '"' || quote == '\'' ? text.indexOf(quote, at + 1) : -1;
        if (end < 0) {
            return Optional.empty();
        }
        String value = text.substring(at + 1, end);
        at = end + 1;
        return Optional.of(value);
    }

    private void skipBlanks() {
        while (at < text.length() && XmlChars.isBlank(text.charAt(at))) {
            at++;
        }
    }

    private static void require(boolean holds) throws XmlFault {
        if (!holds) {
            throw new XmlFault(Kind.MALFORMED);
        }
    }
}
