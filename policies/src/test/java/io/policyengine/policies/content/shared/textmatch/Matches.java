package io.policyengine.policies.content.shared.textmatch;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.policies.content.shared.texts.BodyTexts;
import io.policyengine.policies.content.shared.texts.ContentShape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The places at which a search finds something in a plain text that comes in random pieces. */
final class Matches {
    private Matches() {}

    static List<String> in(String text, TextScan scan, Random random) {
        List<String> found = new ArrayList<>();
        BodyTexts body = new BodyTexts(
                ContentShape.of(HeaderMap.of("content-type", "text/plain")),
                _ -> read -> {
                    scan.read(read, (from, to, _) -> found.add(from + "-" + to));
                    read.decide((int) (scan.undecidedFrom() - read.position()));
                },
                Long.MAX_VALUE);
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        int at = 0;
        do {
            int end = Math.min(octets.length, at + random.nextInt(1 + octets.length));
            body.take(Arrays.copyOfRange(octets, at, end), end == octets.length, () -> false);
            at = end;
        } while (at < octets.length);
        return found;
    }
}
