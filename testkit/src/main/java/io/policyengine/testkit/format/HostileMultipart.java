package io.policyengine.testkit.format;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/**
 * A multipart body in which some servers find a part that other servers do not find.
 *
 * @param what the anomaly, in words
 * @param contentType the Content-Type of the message
 * @param body the body, in which {@code %s} is replaced by the part's content, and {@code QP%s} by its quoted-printable
 *     form
 */
public record HostileMultipart(String what, String contentType, String body) {
    private static final String FORM = "multipart/form-data; boundary=b";

    /** Returns the body with this ASCII content of the part. */
    public String with(String content) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : content.getBytes(StandardCharsets.US_ASCII)) {
            encoded.append(String.format("=%02X", octet));
        }
        return body.replace("QP%s", encoded).replace("%s", content);
    }

    public static Stream<HostileMultipart> all() {
        return Stream.of(ofStructure(), ofBoundaries(), ofNames()).flatMap(bodies -> bodies);
    }

    /** Bodies whose boundary some servers cut at a special character, decode, or mistake for a header line. */
    private static Stream<HostileMultipart> ofBoundaries() {
        String note = "Content-Disposition: form-data; name=\"note\"\r\n";
        String hidden = "\r\n--a\r\n" + note.replace("note", "operations") + "\r\n%s\r\n--a--\r\n";
        Stream<HostileMultipart> cut = Stream.of("a/b", "a=b", "a:b", "a?b", "a'b")
                .map(boundary -> new HostileMultipart(
                        "unquoted boundary " + boundary,
                        "multipart/form-data; boundary=" + boundary,
                        "--" + boundary + "\r\n" + note + "\r\n" + hidden + "--" + boundary + "--\r\n"));
        HostileMultipart encoded = new HostileMultipart(
                "boundary that is an encoded word",
                "multipart/form-data; boundary=\"=?utf-8?q?a?=\"",
                "--=?utf-8?q?a?=\r\n" + note + "\r\n" + hidden + "--=?utf-8?q?a?=--\r\n");
        HostileMultipart line = new HostileMultipart(
                "boundary that is a header line",
                "multipart/form-data; boundary=\"a:b\"",
                "--a:b\r\n" + note + "--a:b\r\nContent-Type: text/plain\r\n\r\n%s\r\n--a:b--\r\n");
        return Stream.concat(cut, Stream.of(encoded, line));
    }

    /** Bodies with a name that some servers read as another name. */
    private static Stream<HostileMultipart> ofNames() {
        return Stream.of(
                        "name=\"=?utf-8?q?operations?=\"",
                        "name=\"=?UTF-8?B?b3BlcmF0aW9ucw==?=\"",
                        "name=\"=?iso-8859-1?Q?op=65rations?=\"",
                        "name=\"=?utf-8?q?opera?= =?utf-8?q?tions?=\"",
                        "name=\"=?utf-8?q?opera?=tions\"",
                        "name=\" =?utf-8*en?q?operations?=\"",
                        "name='operations'",
                        "name=operations'",
                        "name=operations*x",
                        "name=\"a\"; x='; name=\"b\"",
                        "name=\"a\"; filename=x'; y=\"'; name=operations; z='\"",
                        "name=\" operations\"",
                        "name=\"operations \"",
                        "name=\"operations[]\"",
                        "name=\"operations[0]\"",
                        "name=\"[operations]\"",
                        "name=\"operations.x\"",
                        "name=\"Operations\"")
                .map(parameter -> new HostileMultipart(
                        parameter,
                        FORM,
                        "--b\r\nContent-Disposition: form-data; " + parameter + "\r\n\r\n%s\r\n--b--\r\n"));
    }

    /** Bodies whose lines, fields or encodings some servers read differently. */
    private static Stream<HostileMultipart> ofStructure() {
        String name = "Content-Disposition: form-data; name=\"operations\"\r\n";
        String other = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
        String part = "--b\r\n" + name + "\r\n%s\r\n--b--\r\n";
        return Stream.of(
                new HostileMultipart(
                        "escaped boundary", "multipart/form-data; boundary=\"a\\b\"", part.replace("--b", "--ab")),
                new HostileMultipart("blanks around the equals sign", "multipart/form-data; boundary = b", part),
                new HostileMultipart("boundary in apostrophes", "multipart/form-data; boundary='b'", part),
                new HostileMultipart(
                        "boundary in apostrophes, theirs",
                        "multipart/form-data; boundary='b'",
                        part.replace("--b", "--'b'")),
                new HostileMultipart("two boundaries, the first", "multipart/form-data; boundary=b; boundary=c", part),
                new HostileMultipart("two boundaries, the last", "multipart/form-data; boundary=c; boundary=b", part),
                new HostileMultipart(
                        "five boundaries",
                        "multipart/form-data; boundary=c; boundary=d; boundary=e; boundary=f; boundary=b",
                        part),
                new HostileMultipart(
                        "boundary in the name of another", "multipart/form-data; xboundary=b; boundary=c", part),
                new HostileMultipart(
                        "boundary in a quoted value", "multipart/form-data; x=\"; boundary=b\"; boundary=c", part),
                new HostileMultipart("boundary in pieces", "multipart/form-data; boundary*0=b", part),
                new HostileMultipart("boundary with a charset", "multipart/form-data; boundary*=utf-8''b", part),
                new HostileMultipart("boundary up to a comma", "multipart/form-data; boundary=b,c", part),
                new HostileMultipart("no boundary is said", "multipart/form-data", part),
                new HostileMultipart(
                        "quoted-printable",
                        FORM,
                        "--b\r\n" + name + "Content-Transfer-Encoding: quoted-printable\r\n\r\nQP%s\r\n--b--"),
                new HostileMultipart(
                        "nested",
                        FORM,
                        "--b\r\n" + name + "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n" + name
                                + "\r\n%s\r\n--c--\r\n--b--"),
                new HostileMultipart(
                        "nested, with a longer boundary",
                        FORM,
                        "--b\r\n" + name + "Content-Type: multipart/mixed; boundary=bc\r\n\r\n--bc\r\n" + name
                                + "\r\n%s\r\n--bc--\r\n--b--"),
                new HostileMultipart("lines that end without a carriage return", FORM, part.replace("\r\n", "\n")),
                new HostileMultipart("one boundary behind a line feed", FORM, other + "x\n" + part),
                new HostileMultipart(
                        "one boundary behind a line feed, with its lines",
                        FORM,
                        other + "x\n" + part.replace("\r\n", "\n")),
                new HostileMultipart("boundary behind an empty part", FORM, other + part),
                new HostileMultipart("boundary within a line", FORM, other + "x" + part),
                new HostileMultipart("boundary behind a carriage return", FORM, other + "x\r" + part),
                new HostileMultipart(
                        "blanks behind the boundary", FORM, part.replace("--b\r\n" + name, "--b \t\r\n" + name)),
                new HostileMultipart(
                        "text behind the boundary", FORM, other + "x\r\n--bc\r\n--b\r\n" + name + "\r\n%s\r\n--b--"),
                new HostileMultipart(
                        "a dash behind the boundary",
                        FORM,
                        other + "x\r\n" + part.replace("--b\r\n" + name, "--b-\r\n" + name)),
                new HostileMultipart("behind the last boundary", FORM, other + "x\r\n--b--\r\n" + part),
                new HostileMultipart("behind the last boundary, in its line", FORM, other + "x\r\n--b--x\r\n" + part),
                new HostileMultipart("no last boundary", FORM, "--b\r\n" + name + "\r\n%s"),
                new HostileMultipart("folded field", FORM, part.replace("; name", ";\r\n name")),
                new HostileMultipart(
                        "field behind a line feed",
                        FORM,
                        part.replace("Content-Disposition", "A: b\nContent-Disposition")),
                new HostileMultipart(
                        "two dispositions",
                        FORM,
                        part.replace(name, "Content-Disposition: form-data; name=\"a\"\r\n" + name)),
                new HostileMultipart(
                        "two dispositions, the first",
                        FORM,
                        part.replace(name, name + "Content-Disposition: form-data; name=\"a\"\r\n")),
                new HostileMultipart("two names", FORM, part.replace("name=", "name=\"a\"; name=")),
                new HostileMultipart(
                        "an extended name", FORM, part.replace("name=", "name=\"a\"; name*=utf-8''operations; x=")),
                new HostileMultipart(
                        "a name behind an escaped quotation mark",
                        FORM,
                        part.replace("name=", "filename=\"x\\\"; name=\"a\"; y=\"; name=")),
                new HostileMultipart("an escape in the name", FORM, part.replace("operations", "op\\erations")),
                new HostileMultipart(
                        "two transfer encodings",
                        FORM,
                        part.replace(
                                        name,
                                        name
                                                + "Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: quoted-printable\r\n")
                                .replace("%s", "QP%s")),
                new HostileMultipart(
                        "blank before the colon", FORM, part.replace("Content-Disposition:", "Content-Disposition :")));
    }

    @Override
    public String toString() {
        return what;
    }
}
