package io.policyengine.policies.format.xml;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A document is judged by its bytes alone, wherever they are cut, and as another reader judges it. */
class XmlScannerTest {
    private static final XmlLimits WIDE = new XmlLimits(
            500, 10_000, 100, 100, 100_000, 900, new XmlLimits.Allowed(true, true, XmlLimits.Leniency.NONE));
    private static final XMLInputFactory OTHER = other();

    private static XMLInputFactory other() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        return factory;
    }

    private static XmlFault.@Nullable Kind judge(XmlLimits limits, String charset, byte[] text, int... cuts) {
        return judge(limits, charset, XmlEvents.NONE, text, cuts);
    }

    private static XmlFault.@Nullable Kind judge(
            XmlLimits limits, String charset, XmlEvents events, byte[] text, int... cuts) {
        try {
            XmlScanner scanner =
                    new XmlScanner(limits, charset.isEmpty() ? Optional.empty() : Optional.of(charset), events);
            int from = 0;
            for (int cut : cuts) {
                scanner.take(text, from, cut);
                from = cut;
            }
            scanner.take(text, from, text.length);
            scanner.end();
            return null;
        } catch (XmlFault fault) {
            return fault.kind();
        }
    }

    private static XmlFault.@Nullable Kind judge(String text) {
        return judge(WIDE, "", text.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a/>",
                "<a></a>",
                "<a ></a >",
                "\n<a/>\n",
                "<?xml version='1.0'?><a/>",
                "<?xml version=\"1.0\" encoding=\"utf-8\" standalone='yes' ?>\n<a/>",
                "\uFEFF<a/>",
                "<a b='\"' c=\"'\"/>",
                "<a b = '1'\n c='2'/>",
                "<a>&lt;&gt;&amp;&apos;&quot;&#65;&#x41;&#x1F600;&#0000065;</a>",
                "<a b='&lt;&#10;'/>",
                "<a><![CDATA[<b>&nothing;]]]]>]]<![CDATA[>]]></a>",
                "<!-- - > --><a><!----></a><!---->",
                "<?p?><a><?p q?r ??></a><?p ?>",
                "<x:a xmlns:x='u' x:b='1' b='2'/>",
                "<a xmlns='u'><b xmlns=''/></a>",
                "<a xml:lang='en'/>",
                "<é ñ='😀'>漢字 ·</é>",
                "<_a-b.c·d/>",
                "<a xmlns:x='u'><x:b/><c xmlns:x='v'><x:d/></c></a>",
                "<a>]]</a>",
                "<a>></a>",
                "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>"
            })
    void whatIsXmlPasses(String text) {
        assertThat(judge(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "x",
                "<",
                "<a",
                "<a>",
                "<a/",
                "< a/>",
                "<a/ >",
                "<a/><b/>",
                "<a/>x",
                "x<a/>",
                "<a></b>",
                "<a></a",
                "</a>",
                "<a><b></a></b>",
                "<a b/>",
                "<a b=c/>",
                "<a b='<'/>",
                "<a b='1' b='2'/>",
                "<a b='1'c='2'/>",
                "<a b='1/>",
                "<a>&</a>",
                "<a>&;</a>",
                "<a>&#;</a>",
                "<a>&#x;</a>",
                "<a>&#0;</a>",
                "<a>&#xD800;</a>",
                "<a>&#x110000;</a>",
                "<a>&#99999999999999;</a>",
                "<a>&#X41;</a>",
                "<a>&# 65;</a>",
                "<a>&lt</a>",
                "&lt;<a/>",
                "<a>]]></a>",
                "<![CDATA[x]]><a/>",
                "<a><![cdata[x]]></a>",
                "<a><![CDATA[x]]</a>",
                "<!--x--y--><a/>",
                "<!--x---><a/>",
                "<a><!-- </a>",
                "<!-><a/>",
                "<?xml version='1.1'?><a/>",
                "<?xml?><a/>",
                "<?xml encoding='utf-8'?><a/>",
                "<?xml version='1.0' standalone='maybe'?><a/>",
                "<?xml version='1.0'encoding='utf-8'?><a/>",
                " <?xml version='1.0'?><a/>",
                "<a/><?xml version='1.0'?>",
                "<?XML version='1.0'?><a/>",
                "<?p:q x?><a/>",
                "<?p><a/>",
                "<? p?><a/>",
                "<?p?x?><a/>",
                "<!doctype a><a/>",
                "<!ELEMENT a ANY><a/>",
                "<a:b/>",
                "<a b:c='1'/>",
                "<a:b:c xmlns:a='u'/>",
                "<a: xmlns:a='u'/>",
                "<:a/>",
                "<a xmlns:x=''/>",
                "<a xmlns:xmlns='u'/>",
                "<a xmlns:x='http://www.w3.org/2000/xmlns/'/>",
                "<a xmlns:x='http://www.w3.org/XML/1998/namespace'/>",
                "<a xmlns:xml='u'/>",
                "<xmlns:a/>",
                "<a xmlns:x='u' xmlns:y='u' x:b='1' y:b='2'/>",
                "<a><b xmlns:x='u'/><x:c/></a>",
                "<1a/>",
                "<a·/><-a/>",
                "<a>\u0001</a>",
                "<a>\uFFFE</a>",
                "<a b='\u0008'/>"
            })
    void whatIsNoneDoesNot(String text) {
        assertThat(judge(text)).isEqualTo(XmlFault.Kind.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE a><a/>",
                "<!DOCTYPE html><a/>",
                "<?xml version='1.0'?><!--x--><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
                "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
                "<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://example.com/'> %p;]><a/>",
                "<!DO"
            })
    void aDocumentTypeIsRefusedAtItsFirstCharacter(String text) {
        assertThat(judge(text)).isEqualTo(XmlFault.Kind.DTD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16", "ISO-8859-1"})
    void aDocumentTypeIsFoundInEachEncoding(String encoding) {
        String text = "<?xml version='1.0' encoding='" + encoding + "'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>";
        assertThat(judge(WIDE, "", text.getBytes(Charset.forName(encoding)))).isEqualTo(XmlFault.Kind.DTD);
    }

    @Test
    void anEmptyDocumentTypeOfHtmlPassesOnlyWhereItMay() {
        XmlLimits lenient = WIDE.lenient();

        assertThat(judge(lenient, "", "<!DOCTYPE html><a/>".getBytes(UTF_8))).isNull();
        assertThat(judge(lenient, "", "<!DOCTYPE html ><a/>".getBytes(UTF_8))).isNull();
        assertThat(judge(lenient, "", "<!DOCTYPE  html [<!ENTITY a 'b'>]><a/>".getBytes(UTF_8)))
                .isEqualTo(XmlFault.Kind.DTD);
        assertThat(judge(lenient, "", "<!DOCTYPE htmlx [<!ENTITY a 'b'>]><a/>".getBytes(UTF_8)))
                .isEqualTo(XmlFault.Kind.DTD);
        assertThat(judge(lenient, "", "<!DOCTYPE html SYSTEM 'u'><a/>".getBytes(UTF_8)))
                .isEqualTo(XmlFault.Kind.DTD);
        assertThat(judge(lenient, "", "<!DOCTYPE html><!DOCTYPE html><a/>".getBytes(UTF_8)))
                .isEqualTo(XmlFault.Kind.MALFORMED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<a><b/></a>|",
                "<a><b><c/></b></a>|DEPTH",
                "<a><b/><b/><b/></a>|",
                "<a><b/><b/><b/><b/></a>|CHILDREN",
                "<a b='' c=''/>|",
                "<a b='' c='' d=''/>|ATTRIBUTES",
                "<a>12345</a>|",
                "<a>123456</a>|STRING",
                "<a>123<!--x-->456</a>|STRING",
                "<a>123<![CDATA[456]]></a>|STRING",
                "<a>&lt;&lt;&lt;&lt;&lt;&lt;</a>|STRING",
                "<a>12345<b/>12345</a>|",
                "<a>ééé</a>|STRING",
                "<a b='12345'/>|",
                "<a b='123456'/>|STRING",
                "<a b='&#x1F600;12'/>|STRING",
                "<a><!--12345--></a>|STRING",
                "<abc/>|",
                "<abcd/>|NAME",
                "<éé/>|NAME",
                "<a abcd=''/>|NAME",
                "<a></abcd>|NAME",
                "<a>&nbsp;</a>|ENTITY",
                "<a b='&copy;'/>|ENTITY",
                "<a>&ampx;</a>|ENTITY",
                "<?p ?><a/>|INSTRUCTION",
                "<?xml version='1.0'?><a/>|"
            })
    void eachLimitHoldsToTheLastByte(String text, XmlFault.@Nullable Kind expected) {
        XmlLimits narrow = new XmlLimits(2, 3, 2, 2, 5, 3, new XmlLimits.Allowed(false, true, XmlLimits.Leniency.NONE));
        assertThat(judge(narrow, "", text.getBytes(UTF_8))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<a xmlns='u' xmlns:b='v'/>|",
                "<a xmlns='u' xmlns:b='v' c=''/>|ATTRIBUTES",
                "<a xmlns:b='u'><c/><d xmlns:e='v'/><f xmlns:g='v'/></a>|",
                "<a xmlns:b='u' xmlns:c='u'><d xmlns:e='v'/></a>|NAMESPACES"
            })
    void declarationsAreCountedWhereTheyHold(String text, XmlFault.@Nullable Kind expected) {
        XmlLimits narrow = new XmlLimits(9, 9, 2, 2, 9, 9, new XmlLimits.Allowed(false, true, XmlLimits.Leniency.NONE));
        assertThat(judge(narrow, "", text.getBytes(UTF_8))).isEqualTo(expected);
    }

    @Test
    void commentsMayBeForbidden() {
        XmlLimits bare = new XmlLimits(2, 3, 2, 2, 5, 3, new XmlLimits.Allowed(false, false, XmlLimits.Leniency.NONE));
        assertThat(judge(bare, "", "<a><!----></a>".getBytes(UTF_8))).isEqualTo(XmlFault.Kind.COMMENT);
    }

    @Test
    void theVerdictFallsBeforeTheRestIsThere() {
        XmlLimits limits = new XmlLimits(
                32, 10, 10, 10, 1_000_000, 256, new XmlLimits.Allowed(false, true, XmlLimits.Leniency.NONE));
        byte[] name = new byte[100_000_000];
        Arrays.fill(name, (byte) 'a');
        name[0] = '<';

        assertThat(judge(limits, "", "<a>".repeat(1_000_000).getBytes(US_ASCII)))
                .isEqualTo(XmlFault.Kind.DEPTH);
        assertThat(judge(limits, "", name)).isEqualTo(XmlFault.Kind.NAME);
        assertThat(judge(limits, "", ("<a " + "b".repeat(300) + "='").getBytes(US_ASCII)))
                .isEqualTo(XmlFault.Kind.NAME);
        assertThat(judge(limits, "", ("<a><!--" + "-x".repeat(1_000_000)).getBytes(US_ASCII)))
                .isEqualTo(XmlFault.Kind.STRING);
        assertThat(judge(limits, "", ("<a " + attributes("xmlns:p", 1_000_000)).getBytes(US_ASCII)))
                .isEqualTo(XmlFault.Kind.ATTRIBUTES);
        assertThat(judge(limits, "", ("<a " + attributes("p", 1_000_000)).getBytes(US_ASCII)))
                .isEqualTo(XmlFault.Kind.ATTRIBUTES);
    }

    private static String attributes(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i + "='u' ").collect(Collectors.joining());
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-16BE, 'FEFF', '', ''",
        "UTF-16LE, 'FFFE', '', ''",
        "UTF-16LE, 'FFFE', utf-16, ''",
        "UTF-16LE, 'FFFE', utf-16le, ''",
        "UTF-16LE, 'FFFE', utf-16be, ENCODING",
        "UTF-16BE, 'FEFF', utf-8, ENCODING",
        "UTF-16BE, '', '', ENCODING",
        "UTF-16LE, '', utf-16, ENCODING",
        "UTF-32BE, '', '', MALFORMED",
        "UTF-32BE, '0000FEFF', '', ENCODING",
        "UTF-32LE, 'FFFE0000', '', ENCODING",
        "UTF-8, 'EFBBBF', utf-8, ''",
        "UTF-8, 'EFBBBF', iso-8859-1, ENCODING",
        "UTF-8, '', utf-8, ''",
        "UTF-8, '', utf-16, ENCODING",
        "UTF-8, '', us-ascii, UNDECODABLE",
        "ISO-8859-1, '', iso-8859-1, ''",
        "ISO-8859-1, '', '', UNDECODABLE",
        "ISO-8859-1, '', windows-1252, ENCODING",
        "ISO-8859-1, '', 'utf-8,iso-8859-1', ENCODING",
        "Cp037, '', '', ENCODING"
    })
    void theEncodingIsToldByMarkThenByTheMessage(String encoding, String mark, String charset, String expected) {
        byte[] text = "<?xml version='1.0'?><é/>".getBytes(Charset.forName(encoding));
        assertThat(judge(WIDE, charset, joined(HexFormat.of().parseHex(mark), text)))
                .isEqualTo(expected.isEmpty() ? null : XmlFault.Kind.valueOf(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-8, UTF-8, '', ''",
        "UTF-8, utf-8, '', ''",
        "UTF-8, US-ASCII, '', UNDECODABLE",
        "UTF-8, ISO-8859-1, utf-8, ENCODING",
        "ISO-8859-1, ISO-8859-1, '', ''",
        "ISO-8859-1, ISO-8859-1, iso-8859-1, ''",
        "ISO-8859-1, UTF-8, '', UNDECODABLE",
        "UTF-8, UTF-16, '', ENCODING",
        "UTF-8, UTF-7, '', ENCODING",
        "UTF-8, IBM037, '', ENCODING",
        "UTF-8, '', '', ENCODING",
        "UTF-16, UTF-16, '', ''",
        "UTF-16, UTF-16BE, '', ''",
        "UTF-16, UTF-16LE, '', ENCODING",
        "UTF-16, UTF-8, '', ENCODING"
    })
    void theDeclarationMustNotSayOtherwise(String encoding, String declared, String charset, String expected) {
        byte[] text = ("<?xml version='1.0' encoding='" + declared + "'?><a>é</a>").getBytes(Charset.forName(encoding));
        assertThat(judge(WIDE, charset, text)).isEqualTo(expected.isEmpty() ? null : XmlFault.Kind.valueOf(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"C0BC", "E080BC", "EDA080", "F4908080", "FF", "80", "C3"})
    void onlyShortestUtf8IsRead(String hex) {
        byte[] text = joined(joined("<a>".getBytes(UTF_8), HexFormat.of().parseHex(hex)), "</a>".getBytes(UTF_8));
        assertThat(judge(WIDE, "", text)).isEqualTo(XmlFault.Kind.UNDECODABLE);
    }

    @Test
    void halvesOfCharactersInUtf16AreRefused() {
        byte[] lone = "<a>\uD800x</a>"
                        .chars()
                        .collect(
                                () -> new ArrayList<Byte>(List.of((byte) 0xFE, (byte) 0xFF)),
                                (bytes, c) -> bytes.addAll(List.of((byte) (c >> 8), (byte) c)),
                                ArrayList::addAll)
                        .stream()
                        .collect(Collectors.collectingAndThen(Collectors.toList(), XmlScannerTest::array));
        assertThat(judge(WIDE, "", lone)).isEqualTo(XmlFault.Kind.UNDECODABLE);
    }

    private static byte[] array(List<Byte> bytes) {
        byte[] array = new byte[bytes.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = bytes.get(i);
        }
        return array;
    }

    @Test
    void tellsWhatItReads() {
        String text =
                "<?xml version='1.0'?>\r\n<a b='1\r\n2\t&#9;' xmlns='u'>x\r\ny\rz<!--no--><![CDATA[<]]]>&amp;<c/></a>";
        assertThat(told(text.getBytes(UTF_8))).isEqualTo("(a @b=1 2 \t @xmlns=u x\ny\nz<]&(c ))");
    }

    private static String told(byte[] text, int... cuts) {
        StringBuilder told = new StringBuilder();
        XmlEvents events = new XmlEvents() {
            @Override
            public void beginElement(String name) {
                told.append('(').append(name).append(' ');
            }

            @Override
            public void attribute(String name, String value) {
                told.append('@').append(name).append('=').append(value).append(' ');
            }

            @Override
            public void text(int codePoint) {
                told.appendCodePoint(codePoint);
            }

            @Override
            public void endElement() {
                told.append(')');
            }
        };
        XmlFault.Kind kind = judge(WIDE, "", events, text, cuts);
        return kind == null ? told.toString() : kind.name();
    }

    /** Texts that are almost XML, judged and read as the JDK's reader does, and the same at every cut. */
    @Test
    void judgesAsAnotherReaderDoesAtAnyCut() {
        Random random = new Random(7);
        String alphabet = "<>/='\"&;![]-?abx \n\rCDé😀#1";
        int valid = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] text =
                    mutated(random, "<?xml version='1.0'?>".repeat(random.nextInt(2)) + sample(random, 0), alphabet);
            String whole = told(text);
            int cut = random.nextInt(text.length + 1);
            int second = cut + random.nextInt(text.length - cut + 1);
            String shown = new String(text, UTF_8);
            assertThat(told(text, cut, second)).as(shown).isEqualTo(whole);
            boolean passes = judge(WIDE, "", text) == null;
            if (passes || !isLeftToOthers(shown)) {
                assertThat(passes ? whole : "none").as(shown).isEqualTo(readByOthers(text));
            }
            valid += passes ? 1 : 0;
        }
        assertThat(valid).as("texts that were XML").isBetween(4_000, 18_000);
    }

    /** The JDK's reader takes a document type, and bytes that are not UTF-8, in its own ways: here the scanner is stricter. */
    private static boolean isLeftToOthers(String text) {
        return text.contains("<!D") || text.indexOf('\uFFFD') >= 0;
    }

    private static String readByOthers(byte[] text) {
        StringBuilder read = new StringBuilder();
        try {
            XMLStreamReader reader = OTHER.createXMLStreamReader(new ByteArrayInputStream(text));
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamReader.START_ELEMENT -> begin(reader, read);
                    case XMLStreamReader.END_ELEMENT -> read.append(')');
                    case XMLStreamReader.CHARACTERS, XMLStreamReader.CDATA -> read.append(reader.getText());
                    case XMLStreamReader.ENTITY_REFERENCE -> {
                        return "none";
                    }
                    default -> {
                        // Comments and instructions are not told.
                    }
                }
            }
            return read.toString();
        } catch (XMLStreamException none) {
            return "none";
        }
    }

    private static void begin(XMLStreamReader reader, StringBuilder read) {
        String prefix = reader.getPrefix();
        read.append('(').append(prefix == null || prefix.isEmpty() ? "" : prefix + ":");
        read.append(reader.getLocalName()).append(' ');
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            read.append('@').append(reader.getAttributeLocalName(i)).append('=');
            read.append(reader.getAttributeValue(i)).append(' ');
        }
    }

    private static String sample(Random random, int depth) {
        String name = "abx".substring(random.nextInt(3)).substring(0, 1);
        String attributes =
                random.nextBoolean() ? "" : " " + name + "='" + text(random).replace("'", "") + "'";
        StringBuilder content = new StringBuilder();
        for (int parts = random.nextInt(depth > 2 ? 1 : 4); parts > 0; parts--) {
            content.append(random.nextBoolean() ? text(random) : sample(random, depth + 1));
        }
        return content.isEmpty()
                ? "<" + name + attributes + "/>"
                : "<" + name + attributes + ">" + content + "</" + name + ">";
    }

    private static String text(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> "é😀";
            case 1 -> "&amp;&#65;";
            case 2 -> "]] 1";
            case 3 -> "a\r\nb\rc";
            case 4 -> "&#13;&#xA;";
            case 5 -> "&lt;\t'";
            default -> "x y";
        };
    }

    private static byte[] mutated(Random random, String sample, String alphabet) {
        StringBuilder text = new StringBuilder(sample);
        if (random.nextInt(4) == 0) {
            String whole = random.nextBoolean() ? "<![CDATA[<&]]]>" : "<!--a-b-->";
            text.insert(random.nextInt(text.length() + 1), whole);
        }
        for (int times = random.nextInt(3); times > 0 && !text.isEmpty(); times--) {
            int at = random.nextInt(text.length());
            String letter =
                    alphabet.substring(random.nextInt(alphabet.length() - 1)).substring(0, 1);
            switch (random.nextInt(3)) {
                case 0 -> text.insert(at, letter);
                case 1 -> text.replace(at, at + 1, letter);
                default -> text.deleteCharAt(at);
            }
        }
        return text.toString().getBytes(UTF_8);
    }

    private static byte[] joined(byte[] before, byte[] after) {
        byte[] all = Arrays.copyOf(before, before.length + after.length);
        System.arraycopy(after, 0, all, before.length, after.length);
        return all;
    }
}
