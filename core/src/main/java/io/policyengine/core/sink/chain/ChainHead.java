package io.policyengine.core.sink.chain;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The properties of an audit chain's last line that determine the next line. A line is one JSON object that begins with
 * the members {@code chain}, {@code sequence} and {@code previous}. The value of {@code previous} is the hexadecimal
 * digest of the previous line without its line feed. Immutable.
 *
 * @param chain the random name of the chain
 * @param sequence number of the last line, from 1; 0 if there is none
 * @param digest SHA-256 of the last line
 */
public record ChainHead(String chain, long sequence, String digest) {
    /** A parser that rejects duplicate members, since two readers could choose different values. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final String SIGNATURE = ",\"signature\":\"";
    private static final String NOTHING = "0".repeat(64);

    /** Creates the head of a new chain without lines. */
    public static ChainHead of(String chain) {
        return new ChainHead(chain, 0, NOTHING);
    }

    /**
     * Returns the next line of the chain, without a line feed: the members that link it to the last line, followed by
     * those of a JSON object.
     */
    public byte[] entry(byte[] object) {
        byte[] link = link().getBytes(StandardCharsets.UTF_8);
        boolean hasMembers = object.length > 2;
        ByteArrayOutputStream line = new ByteArrayOutputStream(link.length + object.length + 1);
        line.writeBytes(link);
        if (hasMembers) {
            line.write(',');
        }
        line.write(object, 1, object.length - 1);
        return line.toByteArray();
    }

    /**
     * Returns a checkpoint as the line that follows the last one, without its line feed. The signature covers all
     * octets of the line before the signature's member.
     */
    public byte[] checkpoint(Checkpoint checkpoint, Optional<CheckpointKey> key) {
        String unsigned = link() + ",\"type\":\"" + Checkpoint.TYPE + "\",\"reason\":\""
                + checkpoint.reason().label() + "\",\"time\":\"" + checkpoint.time() + "\",\"count\":"
                + checkpoint.count()
                + ",\"every\":" + checkpoint.every();
        String signed = key.map(mine -> SIGNATURE + mine.sign(unsigned.getBytes(StandardCharsets.UTF_8)) + "\"")
                .orElse("");
        return (unsigned + signed + "}").getBytes(StandardCharsets.UTF_8);
    }

    private String link() {
        return "{\"chain\":\"" + chain + "\",\"sequence\":" + (sequence + 1) + ",\"previous\":\"" + digest + "\"";
    }

    /** Returns the head of the chain after this line has been appended. */
    public ChainHead after(byte[] line) {
        return new ChainHead(chain, sequence + 1, digestOf(line));
    }

    /** Returns the head of the chain that ends with this line, or null if it is not a line of a chain. */
    public static @Nullable ChainHead ofLast(byte[] line) {
        Line read = Line.read(line);
        return read == null ? null : new ChainHead(read.chain(), read.sequence(), digestOf(line));
    }

    static String digestOf(byte[] line) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(line));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("each Java runtime has SHA-256", impossible);
        }
    }

    /**
     * The parts of an audit chain's line that are checked.
     *
     * @param reason the reason of a checkpoint; empty for an entry
     * @param signature the signature of a checkpoint; empty if it is unsigned
     */
    record Line(
            String chain,
            long sequence,
            String previous,
            String reason,
            String time,
            long count,
            long every,
            String signature) {
        static @Nullable Line read(byte[] line) {
            try {
                JsonNode json = JSON.readTree(line);
                if (!json.path("chain").isString()
                        || !isSequence(json.path("sequence"))
                        || !json.path("previous").isString()) {
                    return null;
                }
                boolean isCheckpoint = json.path("type").asString("").equals(Checkpoint.TYPE);
                return new Line(
                        json.path("chain").stringValue(),
                        json.path("sequence").asLong(0),
                        json.path("previous").stringValue(),
                        isCheckpoint ? json.path("reason").asString("") : "",
                        json.path("time").asString(""),
                        json.path("count").asLong(0),
                        json.path("every").asLong(0),
                        json.path("signature").asString(""));
            } catch (JacksonException malformed) {
                return null;
            }
        }

        /** Returns whether the value is a valid sequence number that can be incremented. */
        private static boolean isSequence(JsonNode number) {
            long value = number.isIntegralNumber() && number.canConvertToLong() ? number.longValue() : 0;
            return value > 0 && value < Long.MAX_VALUE;
        }

        boolean isCheckpoint() {
            return !reason.isEmpty();
        }

        /** Returns whether a file may begin with this line. */
        boolean isBeginning() {
            return reason.equals(Checkpoint.Reason.BEGIN.label()) || reason.equals(Checkpoint.Reason.RECOVERED.label());
        }

        /**
         * Returns the signed octets of the line. Returns an empty array if anything follows the signature, since it
         * would be unsigned.
         */
        byte[] signed(byte[] line) {
            String text = new String(line, StandardCharsets.ISO_8859_1);
            String end = SIGNATURE + signature + "\"}";
            return text.endsWith(end)
                    ? text.substring(0, text.length() - end.length()).getBytes(StandardCharsets.ISO_8859_1)
                    : new byte[0];
        }
    }
}
