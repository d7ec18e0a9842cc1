package io.policyengine.e2e.command;

import io.policyengine.e2e.harness.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** The recording of the demo that the README shows, and that {@code scripts/demo-recording} makes. */
final class DemoRecording {
    private static final String LINE = "line";
    private static final String FIRST_OF_EVERY_RUN = "CASE ";

    private DemoRecording() {}

    /** Returns the recorded lines, without their times. */
    static List<String> lines() {
        try (var picture = Files.newBufferedReader(Installation.home().resolve("docs/images/demo.svg"))) {
            NodeList texts = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(picture))
                    .getElementsByTagName("text");
            return IntStream.range(0, texts.getLength())
                    .mapToObj(i -> (Element) texts.item(i))
                    .filter(text -> text.getAttribute("class").startsWith(LINE))
                    .map(Element::getTextContent)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SAXException | ParserConfigurationException e) {
            throw new IllegalStateException("the recording is not an SVG", e);
        }
    }

    /** Returns what each run of the demo prints: the table, without durations, and not the progress with its paths before it. */
    static List<String> stable(List<String> lines) {
        return lines.stream()
                .dropWhile(line -> !line.startsWith(FIRST_OF_EVERY_RUN))
                .map(line -> line.replaceAll("\\d+ ms", "… ms"))
                .toList();
    }
}
