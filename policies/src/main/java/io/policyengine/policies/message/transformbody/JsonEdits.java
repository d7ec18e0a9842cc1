package io.policyengine.policies.message.transformbody;

import io.policyengine.core.work.Stop;
import io.policyengine.policies.format.json.JsonSize;
import io.policyengine.policies.shared.template.Template;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Changes of a JSON text: in one pass over its bytes where they name members only, else in a tree of it.
 */
final class JsonEdits implements BodyStep {
    /** RFC 8259 §9 lets a parser bound the depth. */
    static final int MAX_DEPTH = 500;

    private static final JsonMapper JSON = mapper();

    private final List<JsonPath> removals;
    private final List<TreeEdit> moves;
    private final List<Setting> settings;
    private final List<PatchStep> patch;
    private final int maxValues;
    /** Null where a tree of the text is needed. */
    private final @Nullable EditTree inOnePass;

    /** A value for a place. */
    record Setting(JsonPath path, JsonValue value) {}

    /**
     * Creates edits in this order.
     *
     * @param removals paths to remove, one after the other
     * @param moves new names and paths, one after the other
     * @param settings values to set, one after the other
     * @param patch operations of JSON Patch
     * @param maxValues limit of values of a text, nested ones included
     */
    JsonEdits(
            List<JsonPath> removals,
            List<TreeEdit> moves,
            List<Setting> settings,
            List<PatchStep> patch,
            int maxValues) {
        this.removals = removals;
        this.moves = moves;
        this.settings = settings;
        this.patch = patch;
        this.maxValues = maxValues;
        this.inOnePass = moves.isEmpty() && patch.isEmpty() ? EditTree.of(removals, settings) : null;
    }

    /**
     * The size of a text, before any of it is taken for JSON.
     *
     * @throws UnfitBodyException if it has too many values, or nests too deep
     */
    JsonSize size(byte[] body, Stop stop) throws UnfitBodyException {
        JsonSize size = JsonSize.of(body, inOnePass == null, stop);
        if (size.depth() > MAX_DEPTH) {
            throw new UnfitBodyException("it nests deeper than " + MAX_DEPTH);
        }
        if (size.values() > maxValues) {
            throw UnfitBodyException.tooLarge(
                    "it may have " + size.values() + " values, more than json.max_values: " + maxValues);
        }
        return size;
    }

    @Override
    public Effort measure(byte[] body, Stop stop) throws UnfitBodyException {
        JsonSize size = size(body, stop);
        return new Effort(size.isSmall(), size.work());
    }

    @Override
    public byte[] apply(byte[] body, Template.Fill fill, Stop stop) throws UnfitBodyException {
        try {
            EditTree places = inOnePass;
            if (places != null && !JsonSize.isWide(body)) {
                return spliced(body, places, fill);
            }
            JsonNode root = JSON.readTree(body);
            if (root.isMissingNode()) {
                throw new UnfitBodyException("it is blank, and no JSON");
            }
            JsonNode after = edited(root, fill);
            return after == null ? body : JSON.writeValueAsBytes(after);
        } catch (JacksonException wrong) {
            throw new UnfitBodyException("it is not readable JSON" + place(wrong.getLocation()));
        } catch (NumberFormatException tooLarge) {
            throw new UnfitBodyException("it is not readable JSON: a number is too large");
        }
    }

    private static byte[] spliced(byte[] body, EditTree places, Template.Fill fill) throws UnfitBodyException {
        try (JsonParser parser = JSON.createParser(body)) {
            return new JsonSplicer(JSON, body, fill, parser).edited(places);
        }
    }

    private static String place(@Nullable TokenStreamLocation location) {
        return location == null ? "" : ": line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /** Edits the tree in place, since a copy would double its memory; null if there are no edits. */
    private @Nullable JsonNode edited(JsonNode root, Template.Fill fill) throws UnfitBodyException {
        boolean changed = false;
        for (JsonPath removal : removals) {
            changed |= removal.remove(root);
        }
        CopyBudget copies = new CopyBudget(maxValues);
        JsonNode moved = edited(root, moves, fill, copies);
        JsonNode text = moved == null ? root : moved;
        changed |= moved != null;
        for (Setting setting : settings) {
            JsonNode value = setting.value().fill(fill);
            if (!value.equals(setting.path().find(text))) {
                text = setting.path().set(text, value);
                changed = true;
            }
        }
        JsonNode patched = edited(text, patch, fill, copies);
        return patched == null && changed ? text : patched;
    }

    private static @Nullable JsonNode edited(
            JsonNode root, List<? extends TreeEdit> edits, Template.Fill fill, CopyBudget copies)
            throws UnfitBodyException {
        JsonNode last = null;
        for (TreeEdit edit : edits) {
            JsonNode after = edit.apply(last == null ? root : last, fill, copies);
            last = after == null ? last : after;
        }
        return last;
    }

    /** A value of the parameters, with numbers as they are read from bodies. */
    static JsonNode asInBodies(JsonNode value) {
        return JSON.readTree(value.toString());
    }

    private static JsonMapper mapper() {
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build())
                .streamWriteConstraints(StreamWriteConstraints.builder()
                        .maxNestingDepth(2 * MAX_DEPTH)
                        .build())
                .build();
        return JsonMapper.builder(factory)
                .enable(
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }
}
