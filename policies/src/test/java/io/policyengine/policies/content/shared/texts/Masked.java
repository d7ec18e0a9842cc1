package io.policyengine.policies.content.shared.texts;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.policies.content.shared.textmatch.Ranges;
import io.policyengine.policies.content.shared.textmatch.TextScan;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** A body in which what a search finds is masked, cut in any way. */
final class Masked {
    private static final long MAX_HELD = 1 << 20;

    private final HeaderMap headers;
    private final Supplier<TextScan> scans;
    private final String mask;

    Masked(String contentType, Supplier<TextScan> scans) {
        this(contentType, scans, "***");
    }

    Masked(String contentType, Supplier<TextScan> scans, String mask) {
        this.headers = contentType.isEmpty() ? HeaderMap.empty() : HeaderMap.of("content-type", contentType);
        this.scans = scans;
        this.mask = mask;
    }

    /** The body after it, or the name of the outcome. */
    String of(String body) {
        return of(body.getBytes(StandardCharsets.UTF_8));
    }

    String of(byte[] body) {
        return run(List.of(body));
    }

    /** The same, after all cuts have given it. */
    String ofAnyCut(byte[] body, int random) {
        String whole = of(body);
        check(whole, pieces(body, at -> 1));
        for (int cut = 1; cut < body.length; cut++) {
            int first = cut;
            check(whole, pieces(body, at -> at == 0 ? first : body.length));
        }
        for (int seed = 0; seed < random; seed++) {
            Random chance = new Random(seed);
            int most = 1 + chance.nextInt(64);
            check(whole, pieces(body, _ -> chance.nextInt(most + 1)));
        }
        return whole;
    }

    /** The same, after one random cut has given it. */
    String ofOneCut(byte[] body, Random chance) {
        String whole = of(body);
        int most = 1 + chance.nextInt(32);
        check(whole, pieces(body, _ -> chance.nextInt(most + 1)));
        return whole;
    }

    private interface Length {
        int at(int position);
    }

    private static List<byte[]> pieces(byte[] body, Length length) {
        List<byte[]> pieces = new ArrayList<>();
        int at = 0;
        while (at < body.length) {
            int end = Math.min(body.length, at + length.at(at));
            pieces.add(Arrays.copyOfRange(body, at, end));
            at = end;
        }
        return pieces;
    }

    private void check(String whole, List<byte[]> pieces) {
        String cut = run(pieces);
        if (!cut.equals(whole)) {
            throw new AssertionError(
                    "pieces of " + pieces.stream().map(piece -> piece.length).toList() + " give\n" + cut
                            + "\nbut the whole gives\n" + whole);
        }
    }

    private String run(List<byte[]> pieces) {
        BodyTexts texts = new BodyTexts(ContentShape.of(headers), _ -> masking(scans.get()), MAX_HELD);
        Buffer gone = Buffer.buffer();
        for (int i = 0; i <= pieces.size(); i++) {
            boolean last = i == pieces.size();
            byte[] piece = last ? new byte[] {} : pieces.get(i);
            switch (texts.take(piece, last, () -> false)) {
                case BodyOutcome.Passed(Buffer data, Buffer held, boolean _) -> {
                    gone.appendBuffer(data);
                    if (last && held.length() > 0) {
                        throw new AssertionError("held at the end: " + held);
                    }
                }
                case BodyOutcome.Denied(Buffer _) -> {
                    return "DENIED";
                }
                case BodyOutcome.Refused(ContentFault fault, Buffer _) -> {
                    return fault.name();
                }
            }
        }
        return gone.toString(StandardCharsets.ISO_8859_1);
    }

    private TextReader masking(TextScan scan) {
        Ranges ranges = new Ranges();
        return text -> {
            scan.read(text, (from, to, _) -> ranges.add(from, to));
            ranges.replace(text, scan.undecidedFrom(), mask);
        };
    }
}
