package io.policyengine.policies.ai.shared.modelapi;

import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonLimits;
import io.policyengine.policies.format.json.JsonScanner;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the token usage of consecutive JSON texts, byte by byte, independent of chunking. A text counts once it is
 * complete: one that is invalid or truncated has no usage. Besides the levels of {@link JsonScanner}, it holds at most
 * {@link #LONGEST} bytes of any text.
 */
final class UsageText implements UsageBody {
    /** Limit of bytes of a relevant name or number. */
    static final int LONGEST = 1_024;

    private static final int MAX_DIGITS = 18;
    private static final JsonLimits LIMITS = new JsonLimits(
            500, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, true);
    private static final JsonMapper JSON = JsonMapper.shared();

    /** The usage of earlier texts, and the seen text of all. */
    private final ToldUsage all;

    private final ToldUsage told = new ToldUsage();
    private final SeenText seen = new SeenText();
    private JsonScanner scanner = new JsonScanner(LIMITS);
    private boolean isJson = true;

    /** The objects around the place, as long as all of them are looked into. */
    private final Deque<Place> within = new ArrayDeque<>();

    private boolean inList;
    /** Levels around the place that are not looked into. */
    private int skipped;

    private boolean awaitsName;
    private Place member = Place.OTHER;
    private @Nullable TokenCount count;

    private boolean inString;
    private boolean isEscaped;
    private boolean isKept;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(32);

    private enum Place {
        /** The text itself, or an element of the list that it is: Gemini streams so. */
        ROOT,
        /** The message with which Anthropic begins a stream. */
        MESSAGE,
        /** The response in the events of OpenAI's responses. */
        ANSWER,
        /** The use when a stream of Anthropic's has just begun. */
        FIRST_USAGE,
        /** The usage of OpenAI and Anthropic. */
        USAGE,
        /** Details of the input in OpenAI's usage. */
        DETAILS,
        /** The usage of Gemini. */
        USAGE_METADATA,
        MODEL,
        COUNT,
        OTHER;

        private Place member(String name) {
            return switch (this) {
                case ROOT ->
                    switch (name) {
                        case "message" -> MESSAGE;
                        case "response" -> ANSWER;
                        default -> ofAnswer(name);
                    };
                case MESSAGE -> name.equals("usage") ? FIRST_USAGE : ofAnswer(name);
                case ANSWER -> ofAnswer(name);
                case USAGE, FIRST_USAGE -> isDetails(name) ? DETAILS : COUNT;
                case DETAILS, USAGE_METADATA -> COUNT;
                case MODEL, COUNT, OTHER -> OTHER;
            };
        }

        private static Place ofAnswer(String name) {
            return switch (name) {
                case "usage" -> USAGE;
                case "usageMetadata" -> USAGE_METADATA;
                case "model", "modelVersion" -> MODEL;
                default -> OTHER;
            };
        }

        private static boolean isDetails(String name) {
            return name.equals("prompt_tokens_details") || name.equals("input_tokens_details");
        }

        private boolean isLookedInto() {
            return switch (this) {
                case ROOT, MESSAGE, ANSWER, USAGE, FIRST_USAGE, DETAILS, USAGE_METADATA -> true;
                case MODEL, COUNT, OTHER -> false;
            };
        }
    }

    /** Creates a reader that adds the usage of complete texts. */
    UsageText(ToldUsage all) {
        this.all = all;
    }

    @Override
    public void take(byte[] bytes, int start, int end) {
        if (!isJson) {
            return;
        }
        try {
            scanner.take(bytes, start, end);
        } catch (JsonFault notJson) {
            isJson = false;
            return;
        }
        for (int i = start; i < end; i++) {
            take(bytes[i]);
        }
        seen.addTo(all);
    }

    /** Ends the text, and adds its usage if it is complete. The next byte begins another one. */
    @Override
    public void end() {
        if (isJson && isWhole()) {
            all.add(told);
        }
        seen.forget();
        told.clear();
        scanner = new JsonScanner(LIMITS);
        isJson = true;
        within.clear();
        inList = false;
        skipped = 0;
        awaitsName = false;
        inString = false;
        isEscaped = false;
        forgetMember();
    }

    private boolean isWhole() {
        try {
            scanner.end();
            return true;
        } catch (JsonFault brokenOff) {
            return false;
        }
    }

    /** Takes a byte of which it is known that it goes on with JSON. */
    private void take(byte octet) {
        if (inString) {
            string(octet);
            return;
        }
        seen.between(octet);
        switch (octet) {
            case '"' -> {
                inString = true;
                isKept = isAtMember() && (awaitsName || member == Place.MODEL);
            }
            case '{' -> open(within.isEmpty() ? Place.ROOT : member);
            case '[' -> list();
            case '}' -> close();
            case ']' -> skipped = Math.max(0, skipped - 1);
            case ',' -> next();
            case ' ', '\n', '\r', '\t', ':' -> {
                // Between tokens.
            }
            default -> number(octet);
        }
    }

    private boolean isAtMember() {
        return skipped == 0 && !within.isEmpty();
    }

    private void open(Place place) {
        if (skipped > 0 || !place.isLookedInto()) {
            skipped++;
            return;
        }
        within.push(place);
        awaitsName = true;
        forgetMember();
    }

    private void list() {
        if (skipped == 0 && within.isEmpty() && !inList) {
            inList = true;
        } else {
            skipped++;
        }
    }

    private void close() {
        if (skipped > 0) {
            skipped--;
            return;
        }
        endMember();
        within.pop();
        awaitsName = false;
    }

    private void next() {
        if (isAtMember()) {
            endMember();
            awaitsName = true;
        }
    }

    private void forgetMember() {
        member = Place.OTHER;
        count = null;
        kept.reset();
    }

    private void endMember() {
        if (count != null && isNumber()) {
            told.count(count, Long.parseLong(kept.toString(StandardCharsets.US_ASCII)));
        }
        forgetMember();
    }

    private boolean isNumber() {
        return kept.size() > 0
                && kept.size() <= MAX_DIGITS
                && kept.toString(StandardCharsets.US_ASCII).chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private void number(byte octet) {
        if (isAtMember() && count != null) {
            keep(octet);
        }
    }

    private void string(byte octet) {
        if (!isEscaped && octet == '"') {
            inString = false;
            seen.endString();
            if (isKept) {
                endKept();
            }
            return;
        }
        seen.inString(octet, isEscaped);
        isEscaped = !isEscaped && octet == '\\';
        if (isKept) {
            keep(octet);
        }
    }

    /** Keeps a byte: one more than the limit, to detect longer tokens. */
    private void keep(byte octet) {
        if (kept.size() <= LONGEST) {
            kept.write(octet);
        }
    }

    private void endKept() {
        String text = kept.size() <= LONGEST ? unescaped(kept.toString(StandardCharsets.UTF_8)) : "";
        kept.reset();
        if (awaitsName) {
            awaitsName = false;
            Place place = Objects.requireNonNull(within.peek());
            count = switch (place) {
                case USAGE -> TokenCount.inUsage(text);
                case FIRST_USAGE -> TokenCount.inFirstUsage(text);
                case DETAILS -> TokenCount.inDetails(text);
                case USAGE_METADATA -> TokenCount.inUsageMetadata(text);
                case ROOT, MESSAGE, ANSWER, MODEL, COUNT, OTHER -> null;
            };
            member = place.member(text);
        } else if (!text.isEmpty()) {
            told.model(text);
        }
    }

    private static String unescaped(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        try {
            // Halves of characters, which an escape may be, are replaced on the way.
            return new String(
                    JSON.readValue('"' + text + '"', String.class).getBytes(StandardCharsets.UTF_8),
                    StandardCharsets.UTF_8);
        } catch (JacksonException noText) {
            return "";
        }
    }
}
