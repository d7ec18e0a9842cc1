package io.policyengine.policies.ai.shared.modelapi;

import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonLimits;
import io.policyengine.policies.format.json.JsonReader;
import io.policyengine.policies.format.json.JsonSink;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads token usage from consecutive JSON texts, in pieces of any size. Malformed and truncated texts are ignored. It
 * holds at most {@link #LONGEST} characters, and the levels that {@link JsonReader} keeps.
 */
final class UsageText implements UsageBody, JsonSink<RuntimeException> {
    /** Maximum length of a name or a number in a response with token usage, in characters; longer ones are not read. */
    static final int LONGEST = 1_024;

    /** Maximum number of digits of a token count; a count with more digits is ignored. */
    private static final int MAX_DIGITS = 18;

    private static final JsonLimits LIMITS = new JsonLimits(
            500, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, true);

    /** The usage that earlier JSON texts reported, and the octets of response text in all JSON texts. */
    private final ToldUsage all;

    private final ToldUsage told = new ToldUsage();
    private final SeenText seen = new SeenText();
    private JsonReader<RuntimeException> reader = new JsonReader<>(LIMITS, this);
    private boolean isJson = true;

    /** The JSON objects around the current position whose members are read. */
    private final Deque<Position> within = new ArrayDeque<>();

    private boolean inList;
    /** The number of levels around the current position whose content is skipped. */
    private int skipped;

    private Position member = Position.OTHER;
    private @Nullable TokenCount count;

    private boolean isKept;
    private final StringBuilder kept = new StringBuilder(32);

    private enum Position {
        /** The outermost object of a text, or of an element of the list that Gemini streams. */
        ROOT,
        /** The first message of an Anthropic stream. */
        MESSAGE,
        /** The response inside an event of OpenAI's Responses. */
        ANSWER,
        /** The usage in the first message of an Anthropic stream. */
        FIRST_USAGE,
        /** The usage of OpenAI, Anthropic and Bedrock. */
        USAGE,
        /** Details of the input in OpenAI's usage. */
        DETAILS,
        /** The usage of Gemini. */
        USAGE_METADATA,
        MODEL,
        COUNT,
        OTHER;

        private Position member(String name) {
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

        private static Position ofAnswer(String name) {
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
            reader.take(bytes, start, end);
        } catch (JsonFault notJson) {
            isJson = false;
        }
        seen.addTo(all);
    }

    /** Ends the current JSON text, and adds its usage if the text is complete. The next byte begins another text. */
    @Override
    public void end() {
        if (isJson && isWhole()) {
            all.add(told);
        }
        seen.forget();
        told.clear();
        reader = new JsonReader<>(LIMITS, this);
        isJson = true;
        within.clear();
        inList = false;
        skipped = 0;
        forgetMember();
    }

    private boolean isWhole() {
        try {
            reader.end();
            return true;
        } catch (JsonFault brokenOff) {
            return false;
        }
    }

    private boolean isAtMember() {
        return skipped == 0 && !within.isEmpty();
    }

    @Override
    public void open(boolean isObject, long start) {
        seen.between();
        Position place = within.isEmpty() ? Position.ROOT : member;
        if (!isObject && skipped == 0 && within.isEmpty() && !inList) {
            inList = true;
        } else if (!isObject || skipped > 0 || !place.isLookedInto()) {
            skipped++;
        } else {
            within.push(place);
            forgetMember();
        }
    }

    @Override
    public void close(long end) {
        seen.between();
        if (skipped > 0) {
            skipped--;
        } else if (!within.isEmpty()) {
            forgetMember();
            within.pop();
        }
    }

    @Override
    public void comma() {
        seen.between();
        if (isAtMember()) {
            forgetMember();
        }
    }

    private void forgetMember() {
        member = Position.OTHER;
        count = null;
        kept.setLength(0);
    }

    @Override
    public void beginName(long start, long end) {
        seen.beginName();
        isKept = isAtMember();
    }

    @Override
    public void endName(long end) {
        seen.endName();
        if (!isKept) {
            return;
        }
        isKept = false;
        String name = keptText();
        Position place = Objects.requireNonNull(within.peek());
        count = switch (place) {
            case USAGE -> TokenCount.inUsage(name);
            case FIRST_USAGE -> TokenCount.inFirstUsage(name);
            case DETAILS -> TokenCount.inDetails(name);
            case USAGE_METADATA -> TokenCount.inUsageMetadata(name);
            case ROOT, MESSAGE, ANSWER, MODEL, COUNT, OTHER -> null;
        };
        member = place.member(name);
    }

    @Override
    public void beginString(long start, long end) {
        isKept = isAtMember() && member == Position.MODEL;
    }

    @Override
    public void endString(long end) {
        seen.endString();
        if (isKept) {
            isKept = false;
            String model = keptText();
            if (!model.isEmpty()) {
                told.model(model);
            }
        }
    }

    @Override
    public boolean wantsCharacters() {
        return isKept || seen.wantsCharacters();
    }

    @Override
    public void character(int codePoint, long start, long end) {
        seen.inString(codePoint, (int) (end - start));
        if (isKept) {
            boolean isHalf = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
            keep(isHalf ? '?' : codePoint);
        }
    }

    @Override
    public void digit(int character, long start) {
        if (isAtMember() && count != null) {
            keep(character);
        }
    }

    @Override
    public void endNumber(long end) {
        TokenCount counted = count;
        if (isAtMember() && counted != null && isNumber()) {
            told.count(counted, Long.parseLong(kept.toString()));
        }
    }

    private boolean isNumber() {
        return !kept.isEmpty() && kept.length() <= MAX_DIGITS && kept.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /**
     * Appends a character to the current name or number. At most one character more than {@link #LONGEST} is kept, to
     * detect that it is too long.
     */
    private void keep(int codePoint) {
        if (kept.length() <= LONGEST) {
            kept.appendCodePoint(codePoint);
        }
    }

    private String keptText() {
        String text = kept.length() <= LONGEST ? kept.toString() : "";
        kept.setLength(0);
        return text;
    }
}
