package io.policyengine.policies.ai.shared.modelapi;

import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.ai.shared.modelapi.RequestFacts.Edit;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonTexts;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the body of a model request in a single pass. Used once. It holds the names of the outermost members, the names
 * of models, and one string at a time.
 */
final class RequestScan {
    private static final String MODEL = "model";
    /** Members that are lists of models from which a server may choose: names, or objects with a name. */
    private static final Set<String> OF_MODELS = Set.of("models", "fallbacks");
    /** The paths of members that set a maximum of output tokens, and the interfaces whose servers read them. */
    private static final Map<String, Set<ApiShape>> BOUNDS = Map.of(
            "max_tokens", Set.of(ApiShape.OPENAI_CHAT, ApiShape.ANTHROPIC),
            "max_completion_tokens", Set.of(ApiShape.OPENAI_CHAT),
            "max_output_tokens", Set.of(ApiShape.OPENAI_RESPONSES),
            "generationConfig/maxOutputTokens", Set.of(ApiShape.GEMINI),
            "generation_config/max_output_tokens", Set.of(ApiShape.GEMINI),
            "inferenceConfig/maxTokens", Set.of(ApiShape.BEDROCK));

    private static final Set<String> ANSWERS =
            Set.of("n", "best_of", "generationConfig/candidateCount", "generation_config/candidate_count");
    /** Members whose strings are attachments rather than text: images, sounds and files. */
    private static final Set<String> ATTACHMENTS =
            Set.of("data", "bytes", "url", "image_url", "file_data", "file_id", "fileUri");
    /** Strings that lenient readers interpret as false, such as pydantic, which many model servers use. */
    private static final Set<String> NO = Set.of("", "false", "f", "no", "n", "off", "0");

    private static final String STREAM_OPTIONS = "stream_options";
    private static final String INCLUDE_USAGE = STREAM_OPTIONS + "/include_usage";
    private static final String WITH_USAGE = "{\"include_usage\":true}";

    // JsonTexts has checked the bounds, so this parser needs none.
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .build();

    private final JsonParser parser;
    private final TextMeter meter;
    private final Set<String> members = new HashSet<>();
    private int depth;
    private String name = "";
    /** The name of the current outermost member if it is an object, otherwise empty. */
    private String group = "";

    /** The name of the current outermost member. */
    private String outermost = "";

    private final Set<String> models = new HashSet<>();
    private final Map<ApiShape, Long> bounds = new EnumMap<>(ApiShape.class);
    private boolean streams;
    private boolean isInBackground;
    private long answers = 1;
    private long textSize;
    private long attachments;
    private @Nullable Edit usageEdit;
    private boolean hasEmptyOptions;
    private boolean tellsUsage;

    private RequestScan(JsonParser parser, TextMeter meter) {
        this.parser = parser;
        this.meter = meter;
    }

    static Optional<RequestFacts> read(byte[] body, TextMeter meter, StopSignal stop) throws JsonFault {
        JsonTexts.check(body, stop);
        try (JsonParser parser = JSON.createParser(body)) {
            RequestScan scan = new RequestScan(parser, meter);
            JsonToken token = parser.nextToken();
            if (token != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (token != null) {
                scan.take(token);
                token = parser.nextToken();
            }
            return Optional.of(scan.result());
        }
    }

    private RequestFacts result() {
        return new RequestFacts(
                models,
                streams,
                isInBackground,
                bounds,
                answers,
                new RequestFacts.Input(textSize, attachments),
                members,
                tellsUsage ? null : usageEdit);
    }

    private void take(JsonToken token) {
        switch (token) {
            case START_OBJECT -> open(true);
            case START_ARRAY -> open(false);
            case END_OBJECT, END_ARRAY -> close(token);
            case PROPERTY_NAME -> {
                name = parser.currentName();
                if (depth == 1) {
                    members.add(name);
                    outermost = name;
                }
                hasEmptyOptions = false;
            }
            default -> value(token);
        }
    }

    private void open(boolean isObject) {
        int behind = start() + 1;
        if (depth == 0) {
            usageEdit = new Edit(behind, behind, '"' + STREAM_OPTIONS + "\":" + WITH_USAGE + ',');
        } else if (depth == 1) {
            group = isObject ? name : "";
            if (name.equals(STREAM_OPTIONS)) {
                // No edit helps with a list: the provider refuses it.
                usageEdit = isObject ? new Edit(behind, behind, "\"include_usage\":true,") : null;
                hasEmptyOptions = isObject;
            }
        }
        depth++;
    }

    private void close(JsonToken token) {
        depth--;
        Edit insertion = usageEdit;
        if (depth == 1 && hasEmptyOptions && insertion != null && token == JsonToken.END_OBJECT) {
            usageEdit = new Edit(insertion.from(), insertion.to(), "\"include_usage\":true");
        }
        if (depth == 1) {
            group = "";
            hasEmptyOptions = false;
        }
    }

    /** Returns whether a string names a model in a list of models: it is an element, or the name in an element. */
    private boolean isToChooseFrom(@Nullable String own) {
        return depth == 2 ? own == null || own.equals(MODEL) : depth == 3 && MODEL.equals(own);
    }

    private void bound(Set<ApiShape> shapes, long tokens) {
        if (tokens > 0) {
            shapes.forEach(shape -> bounds.merge(shape, tokens, Math::max));
        }
    }

    private void value(JsonToken token) {
        if (token == JsonToken.VALUE_STRING) {
            text();
            if (OF_MODELS.contains(outermost) && isToChooseFrom(parser.currentName())) {
                models.add(parser.getString());
            }
        }
        String path = depth == 1 ? name : depth == 2 && !group.isEmpty() ? group + '/' + name : "";
        if (path.isEmpty()) {
            return;
        }
        if (path.equals(MODEL) && token == JsonToken.VALUE_STRING) {
            models.add(parser.getString());
        } else if (path.equals("stream")) {
            streams = isYes(token);
        } else if (path.equals("background")) {
            isInBackground = isYes(token);
        } else if (BOUNDS.containsKey(path)) {
            bound(BOUNDS.get(path), number(token));
        } else if (ANSWERS.contains(path)) {
            answers = Math.max(answers, number(token));
        } else if (path.equals(STREAM_OPTIONS)) {
            usageEdit = replacement(WITH_USAGE);
        } else if (path.equals(INCLUDE_USAGE)) {
            tellsUsage = token == JsonToken.VALUE_TRUE;
            usageEdit = replacement("true");
        }
    }

    private boolean isYes(JsonToken token) {
        return switch (token) {
            case VALUE_TRUE -> true;
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                !NO.contains(parser.getString().strip().toLowerCase(Locale.ROOT));
            default -> false;
        };
    }

    /**
     * Returns the number in a JSON token, which may be a string; -1 if the number is not positive, since providers
     * treat it as no limit.
     */
    private long number(JsonToken token) {
        if (!token.isNumeric() && token != JsonToken.VALUE_STRING) {
            return -1;
        }
        try {
            double number = Double.parseDouble(parser.getString().strip());
            return number > 0 ? (long) Math.ceil(number) : -1;
        } catch (NumberFormatException none) {
            return -1;
        }
    }

    private Edit replacement(String text) {
        int from = start();
        parser.finishToken();
        return new Edit(from, Math.toIntExact(parser.currentLocation().getByteOffset()), text);
    }

    private int start() {
        return Math.toIntExact(parser.currentTokenLocation().getByteOffset());
    }

    private void text() {
        if (ATTACHMENTS.contains(Objects.requireNonNullElse(parser.currentName(), name))) {
            attachments++;
            return;
        }
        textSize += meter.sizeOf(parser.getString());
    }
}
