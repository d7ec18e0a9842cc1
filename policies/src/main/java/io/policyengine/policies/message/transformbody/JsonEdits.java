package io.policyengine.policies.message.transformbody;

import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonSize;
import io.policyengine.policies.format.json.JsonTexts;
import io.policyengine.policies.format.utf8.Utf8Text;
import io.policyengine.policies.shared.template.Template;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Edits of a JSON text. Applied in one pass over its bytes if an {@link EditTree} can represent them, otherwise to a
 * parsed tree.
 */
final class JsonEdits implements BodyStep {
    private static final JsonMapper JSON = mapper();

    private final List<ValuePointer> removals;
    private final List<TreeEdit> moves;
    private final List<Setting> settings;
    private final List<PatchStep> patch;
    private final int maxValues;
    /** The edits for one pass, or null if a parsed tree is needed. */
    private final @Nullable EditTree inOnePass;

    record Setting(ValuePointer path, JsonValue value) {}

    /**
     * Creates edits, which are applied in the order of the parameters.
     *
     * @param removals paths to remove, one after the other
     * @param moves renames and moves, one after the other
     * @param settings values to set, one after the other
     * @param patch operations of JSON Patch
     * @param maxValues maximum number of values in a text, nested ones included
     */
    JsonEdits(
            List<ValuePointer> removals,
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
     * Measures a text before it is parsed.
     *
     * @throws UnfitBodyException if the text has too many values or nests too deeply
     */
    JsonSize size(byte[] body, StopSignal stop) throws UnfitBodyException {
        JsonSize size = JsonSize.of(body, inOnePass == null, stop);
        if (size.depth() > JsonTexts.MAX_DEPTH) {
            throw new UnfitBodyException("it nests deeper than " + JsonTexts.MAX_DEPTH + " levels");
        }
        if (size.values() > maxValues) {
            throw UnfitBodyException.tooLarge(
                    "it may have " + size.values() + " values, more than json.max_values: " + maxValues);
        }
        return size;
    }

    @Override
    public Effort measure(byte[] body, StopSignal stop) throws UnfitBodyException {
        JsonSize size = size(body, stop);
        return new Effort(size.isSmall(), size.work());
    }

    @Override
    public byte[] apply(byte[] body, Template.Fill fill, StopSignal stop) throws UnfitBodyException {
        EditTree places = inOnePass;
        boolean isWide = JsonSize.isWide(body);
        byte[] text = isWide ? utf8(body) : body;
        try {
            if (places != null && !isWide) {
                return new JsonSplicer(text, fill, stop).edited(places);
            }
            JsonNode after = edited(JsonTexts.readExact(text, stop), fill);
            return after == null ? body : JSON.writeValueAsBytes(after);
        } catch (JsonFault fault) {
            throw new UnfitBodyException("it is not readable JSON" + place(text, fault));
        } catch (JacksonException tooDeep) {
            throw new UnfitBodyException("it would be nested too deeply");
        }
    }

    private static byte[] utf8(byte[] wide) throws UnfitBodyException {
        Utf8Text text = new Utf8Text();
        byte[] utf8 = text.take(wide, 0, wide.length);
        if (!text.isSound()) {
            throw new UnfitBodyException("it is neither UTF-8, UTF-16 nor UTF-32");
        }
        return utf8;
    }

    private static String place(byte[] text, JsonFault fault) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < Math.min(text.length, fault.place()); i++) {
            column = text[i] == '\n' ? 1 : column + 1;
            line += text[i] == '\n' ? 1 : 0;
        }
        return ": line " + line + ", column " + column;
    }

    /** Edits the tree in place, since a copy would double the memory; returns null if nothing changes. */
    private @Nullable JsonNode edited(JsonNode root, Template.Fill fill) throws UnfitBodyException {
        boolean changed = false;
        for (ValuePointer removal : removals) {
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

    /** Returns a configured value whose numbers are parsed like the numbers in bodies. */
    static JsonNode asInBodies(JsonNode value) {
        try {
            return JsonTexts.readExact(value.toString().getBytes(StandardCharsets.UTF_8), () -> false);
        } catch (JsonFault beyond) {
            throw new IllegalArgumentException("a value is beyond the limits of bodies: " + beyond.kind(), beyond);
        }
    }

    private static JsonMapper mapper() {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamWriteConstraints(StreamWriteConstraints.builder()
                                .maxNestingDepth(2 * JsonTexts.MAX_DEPTH)
                                .build())
                        .build())
                .build();
    }
}
