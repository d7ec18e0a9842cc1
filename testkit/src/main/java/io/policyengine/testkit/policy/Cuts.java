package io.policyengine.testkit.policy;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Divides a body into chunks, in the same ways in each run. */
final class Cuts {
    /** Maximum bytes of a body for which every division into two chunks is tried. */
    private static final int EVERY_CUT = 256;

    private static final int RANDOM = 20;
    private static final Buffer EMPTY = Buffer.buffer();

    private Cuts() {}

    /**
     * Returns divisions of a body into single bytes, into two chunks if it is short, with empty chunks, and at random.
     */
    static List<List<Buffer>> of(Buffer body) {
        List<List<Buffer>> all = new ArrayList<>();
        List<Buffer> bytes = bytes(body);
        all.add(bytes);
        all.add(bytes.stream()
                .<Buffer>mapMulti((chunk, to) -> {
                    to.accept(EMPTY);
                    to.accept(chunk);
                })
                .toList());
        all.add(List.of(body, EMPTY));
        all.add(List.of(EMPTY, EMPTY, body, EMPTY, EMPTY));
        for (int at = 1; at < body.length() && body.length() <= EVERY_CUT; at++) {
            all.add(List.of(body.getBuffer(0, at), body.getBuffer(at, body.length())));
        }
        for (int seed = 0; seed < RANDOM; seed++) {
            all.add(random(body, new Random(seed)));
        }
        return all;
    }

    static String sizes(List<Buffer> chunks) {
        return "chunks of " + chunks.stream().map(Buffer::length).toList() + " bytes";
    }

    private static List<Buffer> bytes(Buffer body) {
        List<Buffer> chunks = new ArrayList<>(body.length());
        for (int at = 0; at < body.length(); at++) {
            chunks.add(body.getBuffer(at, at + 1));
        }
        return chunks.isEmpty() ? List.of(EMPTY) : chunks;
    }

    private static List<Buffer> random(Buffer body, Random random) {
        int max = 1 + random.nextInt(1 + body.length());
        List<Buffer> chunks = new ArrayList<>();
        int at = 0;
        while (at < body.length()) {
            int end = Math.min(body.length(), at + random.nextInt(max + 1));
            chunks.add(body.getBuffer(at, end));
            at = end;
        }
        if (chunks.isEmpty() || random.nextBoolean()) {
            chunks.add(EMPTY);
        }
        return chunks;
    }
}
