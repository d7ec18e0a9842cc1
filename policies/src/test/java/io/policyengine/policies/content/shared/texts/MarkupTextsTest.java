package io.policyengine.policies.content.shared.texts;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.policies.content.shared.textmatch.WordList;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of markup as parsers of HTML and XML read them, at any cut. */
class MarkupTextsTest {
    private static final int RANDOM_CUTS = 50;
    private static final List<String> TYPES = List.of("text/html", "application/xml", "text/plain", "image/png");
    private static final WordList WORDS = WordList.of(List.of("forbidden", "a@b.c", "über"), true, false);

    private static String masked(String type, String body) {
        String octets = new Masked(type, WORDS::scan).ofAnyCut(body.getBytes(StandardCharsets.UTF_8), RANDOM_CUTS);
        return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static void reads(String body, String expected) {
        for (String type : TYPES) {
            assertThat(masked(type, body)).as(type).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<p>forb<![CDATA[x]]>idden</p>|<p>***<![CDATA[x]]></p>",
                "<p>for<![CDATA[b]]>idden</p>|<p>***<![CDATA[]]></p>",
                "<p>forb<![CDATA[x>idden]]></p>|<p>***<![CDATA[x>]]></p>",
                "<p>forb<?x a=\">idden|<p>***<?x a=\">",
                "<p>forb<!x a=\">idden|<p>***<!x a=\">",
                "<p>forb</ x=\">idden|<p>***</ x=\">",
                "<p>forb</>idden|<p>***</>",
                "<p>forb<!-->idden|<p>***<!-->",
                "<p>forb<!--->idden|<p>***<!--->",
                "<p>forb<!--x--!>idden|<p>***<!--x--!>",
                "<p>forb<a =\">idden|<p>***<a =\">",
                "<p>forb<a b= \">\">idden|<p>***<a b= \">\">",
                "<p>forb<a b=c\">idden|<p>***<a b=c\">",
                "<script><!--</script>forb<b>idden|<script><!--</script>***<b>",
                "<TITLE><!--</Title >forb<b>idden|<TITLE><!--</Title >***<b>",
                "<textarea><![CDATA[</textarea>forb<b>idden|<textarea><![CDATA[</textarea>***<b>",
                "<style><a b='</style>forb<b>idden|<style><a b='</style>***<b>",
            })
    void readsHtmlOutsideOfSvg(String body, String expected) {
        reads(body, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<p>a&commat;b&period;c</p>|<p>***</p>",
                "<p>f&oscr;rbidden</p>|<p>***</p>",
                "<p title='f&oscr;rbidden'>x</p>|<p title='***'>x</p>",
                "<p>&uuml;ber &uumlber &Uumlber;</p>|<p>*** *** ***;</p>",
                "<p>for&shybidden &ZeroWidthSpace;</p>|<p>*** &ZeroWidthSpace;</p>",
                "<p>a&commatb.c f&oscrrbidden</p>|<p>a&commatb.c f&oscrrbidden</p>",
                "<a href='?&uumlber'>|<a href='?&uumlber'>",
                "<textarea>f&oscr;rb&#105;dden|<textarea>***"
            })
    void readsReferencesAsHtmlDoes(String body, String expected) {
        reads(body, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<?xml version='1.1'?><a>forb<?x > y?>idden</a>|<?xml version='1.1'?><a>***<?x > y?></a>",
                "<x:a>forb<?x > y?>idden</x:a>|<x:a>***<?x > y?></x:a>",
                "<a>&#1;forb<?x > y?>idden</a>|<a>&#1;***<?x > y?></a>",
                "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" 'u[>'><a>forb<?x > y?>idden</a>"
                        + "|<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" 'u[>'><a>***<?x > y?></a>",
                "<!DOCTYPE a SYSTEM 'u'><a b='&y;'>&x;forb<?x > y?>&y;idden</a>"
                        + "|<!DOCTYPE a SYSTEM 'u'><a b='&y;'>&x;***<?x > y?>&y;</a>",
                "<!DOCTYPE html><a>forb<?x > y?>idden</a>|<!DOCTYPE html><a>***<?x > y?></a>",
            })
    void readsXmlThatSomeParserReads(String body, String expected) {
        reads(body, expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE a [<!ENTITY e \"ect\">]><a>proj&e; falcon</a>",
                "<?xml version='1.1'?><!DOCTYPE a [<!ENTITY e \"ect\">]><a>proj&e; falcon</a>",
                "<!-- a -- b --><!DOCTYPE a SYSTEM 'u' [<!ATTLIST a b CDATA 'x'>]><a/>",
                "\n<?xml version='1.0'?><!DOCTYPE html []><a/>"
            })
    void refusesADocumentTypeWithDeclarations(String body) {
        reads(body, "MALFORMED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<?xml version=\"1.0\" encoding=\"utf-7\"?><a>+AGYA-</a>",
                "<?xml version='1.0' encoding = 'ISO-2022-JP'?><a/>",
                "<?xml encoding='IBM037' version='1.0'?><a/>",
                "<?xml version='1.1' encoding='x-none'?><a/>",
                "<!doctype html><meta charset=iso-2022-jp>",
                "<html><META\nCharset = \"ISO-2022-JP\"/>",
                "<meta http-equiv=content-type content='text/html; charset=utf-7'>",
                "<meta content='text/html; &#99;harset&equals;iso-2022-jp'>",
                "<meta charset='&#105;so-2022-jp'>",
                "<title><meta charset=utf-7></title>",
                "<p =\"><meta charset=utf-7>",
                "<p a= \"><p b='>\"><meta charset=utf-7>"
            })
    void refusesADeclaredEncodingInWhichAsciiIsOther(String body) {
        reads(body, "UNKNOWN_CHARSET");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<?xml version='1.0' encoding='utf-8'?><a/>",
                "<?xml version='1.0' encoding='utf-16'?><a/>",
                "<?xml version='1.0' encoding='windows-1252'?><a/>",
                "<?xml version='1.0' encoding='Shift_JIS'?><a/>",
                "<!DOCTYPE html><meta charset=\"utf-8\"><meta name=charset content=\"width=device-width\">",
                "<meta http-equiv=content-type content=\"text/html;charset=windows-1252; x\"><metadata charset=utf-7>",
                "<p charset=utf-7>meta charset=utf-7"
            })
    void readsOtherDeclaredEncodings(String body) {
        reads(body, body);
    }

    @Test
    void refusesEbcdic() {
        byte[] body = "<?xml version='1.0' encoding='IBM037'?><a/>".getBytes(Charset.forName("IBM037"));

        for (String type : TYPES) {
            assertThat(new Masked(type, WORDS::scan).of(body)).isEqualTo("UNKNOWN_CHARSET");
        }
    }

    @Test
    void readsEveryNamedReference() {
        assertThat(CharacterNames.closed("fjlig")).isEqualTo("fj");
        assertThat(CharacterNames.closed("CounterClockwiseContourIntegral")).isEqualTo("\u2233");
        assertThat(CharacterNames.open("frac12")).isEqualTo("\u00BD");
        assertThat(CharacterNames.open("commat")).isNull();
    }
}
