package io.policyengine.policies.message.transformbody;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.policies.message.transformbody.TransformBodyParams.JsonChanges;
import io.policyengine.policies.message.transformbody.TransformBodyParams.PatchOperation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** Compiles edits of JSON, and reports all problems. */
final class JsonEditsCompiler {
    private final JsonChanges json;
    private final List<ParamProblem> problems;

    JsonEditsCompiler(JsonChanges json, List<ParamProblem> problems) {
        this.json = json;
        this.problems = problems;
    }

    /** Returns the valid edits, and adds a problem for each invalid one. */
    JsonEdits compile() {
        boolean nothing = json.set().isEmpty()
                && json.remove().isEmpty()
                && json.rename().isEmpty()
                && json.move().isEmpty()
                && json.patch().isEmpty();
        if (nothing) {
            problem("/json", "nothing to do: set at least one of set, remove, rename, move and patch");
        }
        return new JsonEdits(removals(), moves(), settings(), patch(), json.maxValues());
    }

    private List<ValuePointer> removals() {
        List<ValuePointer> removals = new ArrayList<>();
        for (int i = 0; i < json.remove().size(); i++) {
            String place = json.remove().get(i);
            ValuePointer path = existing("/json/remove/" + i, place);
            if (path != null) {
                removals.add(path);
            }
            if (json.set().containsKey(place)) {
                problem("/json/remove/" + i, "the path is in both set and remove");
            }
        }
        return List.copyOf(removals);
    }

    /** Parses a path that must not append to an array; null if it is invalid. */
    private @Nullable ValuePointer existing(String pointer, String place) {
        ValuePointer path = at(pointer, () -> ValuePointer.parse(place));
        if (path != null && path.adds()) {
            problem(pointer, "the token - denotes the place after the last element, which has no value");
            return null;
        }
        return path;
    }

    private List<TreeEdit> moves() {
        List<TreeEdit> moves = new ArrayList<>();
        json.rename().forEach((place, name) -> {
            ValuePointer path = existing(pointer("/json/rename", place), place);
            if (path != null) {
                moves.add(new TreeEdit.Rename(path, name));
            }
        });
        json.move().forEach((place, target) -> {
            String pointer = pointer("/json/move", place);
            ValuePointer from = existing(pointer, place);
            ValuePointer to = at(pointer, () -> ValuePointer.parse(target));
            if (from != null && to != null) {
                moves.add(new TreeEdit.Move(from, to));
            }
        });
        return List.copyOf(moves);
    }

    private static String pointer(String parent, String member) {
        return JsonPointer.compile(parent).appendProperty(member).toString();
    }

    private List<JsonEdits.Setting> settings() {
        List<JsonEdits.Setting> settings = new ArrayList<>();
        json.set().forEach((place, value) -> {
            String pointer = pointer("/json/set", place);
            ValuePointer path = at(pointer, () -> ValuePointer.parse(place));
            JsonValue compiled = at(pointer, () -> JsonValue.of(JsonEdits.asInBodies(value)));
            if (path != null && compiled != null) {
                settings.add(new JsonEdits.Setting(path, compiled));
            }
        });
        return List.copyOf(settings);
    }

    private List<PatchStep> patch() {
        List<PatchStep> steps = new ArrayList<>();
        for (int i = 0; i < json.patch().size(); i++) {
            PatchOperation operation = json.patch().get(i);
            PatchStep step = at("/json/patch/" + i, () -> step(operation));
            if (step != null) {
                steps.add(step);
            }
        }
        return List.copyOf(steps);
    }

    private static PatchStep step(PatchOperation operation) {
        Optional<ValuePointer> path = place(operation.path());
        boolean takesValue = switch (operation.op()) {
            case ADD, REPLACE, TEST -> true;
            case REMOVE, MOVE, COPY -> false;
        };
        boolean takesFrom = switch (operation.op()) {
            case MOVE, COPY -> true;
            case ADD, REMOVE, REPLACE, TEST -> false;
        };
        require(takesFrom == (operation.from() != null), takesFrom ? "from is missing" : "from is not expected");
        require(takesValue == (operation.value() != null), takesValue ? "value is missing" : "value is not expected");
        return switch (operation.op()) {
            case ADD -> new PatchStep.Add(path, value(operation));
            case REPLACE -> new PatchStep.Replace(path, value(operation));
            case TEST -> new PatchStep.Test(path, value(operation));
            case REMOVE -> new PatchStep.Remove(part(path));
            case COPY -> new PatchStep.Copy(place(String.valueOf(operation.from())), path);
            case MOVE -> {
                ValuePointer from = part(place(String.valueOf(operation.from())));
                // RFC 6902 §4.4.
                require(path.isEmpty() || !from.isAbove(path.get()), "a value cannot be moved into itself");
                yield new PatchStep.Move(from, path);
            }
        };
    }

    private static Optional<ValuePointer> place(String pointer) {
        return pointer.isEmpty() ? Optional.empty() : Optional.of(ValuePointer.parse(pointer));
    }

    private static ValuePointer part(Optional<ValuePointer> place) {
        return place.orElseThrow(
                () -> new IllegalArgumentException("the whole text can be replaced, not removed or moved"));
    }

    private static JsonValue value(PatchOperation operation) {
        JsonNode value = operation.value();
        if (value == null) {
            throw new IllegalArgumentException("value is missing");
        }
        return JsonValue.of(JsonEdits.asInBodies(value));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private <T> @Nullable T at(String pointer, Supplier<T> parse) {
        try {
            return parse.get();
        } catch (IllegalArgumentException wrong) {
            problem(pointer, String.valueOf(wrong.getMessage()));
            return null;
        }
    }

    private void problem(String pointer, String message) {
        problems.add(new ParamProblem(pointer, message));
    }
}
