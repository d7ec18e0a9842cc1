package io.policyengine.policies.message.transformbody;

import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonPart;
import io.policyengine.policies.format.json.JsonSplices;
import io.policyengine.policies.format.json.JsonTexts;
import io.policyengine.policies.shared.template.Template;
import java.util.Arrays;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Edits a JSON text in one pass, without a tree. All other bytes stay unchanged. Used once. */
final class JsonSplicer {
    private final byte[] text;
    private final Template.Fill fill;
    private final StopSignal stop;
    private final JsonSplices splices;

    /**
     * Creates an edit of one text.
     *
     * @param text in UTF-8
     */
    JsonSplicer(byte[] text, Template.Fill fill, StopSignal stop) {
        this.text = text;
        this.fill = fill;
        this.stop = stop;
        this.splices = new JsonSplices(text);
    }

    /**
     * Returns the edited text; the same array if nothing changes.
     *
     * @throws UnfitBodyException if an edit sets a value inside an array
     * @throws JsonFault if the text is not a single JSON value
     */
    byte[] edited(EditTree edits) throws UnfitBodyException, JsonFault {
        change(JsonTexts.markedParts(text, edits, stop), edits);
        return splices.applied();
    }

    private void change(JsonPart part, EditTree edits) throws UnfitBodyException, JsonFault {
        switch (part) {
            case JsonPart.Members object -> {
                for (Map.Entry<String, EditTree> edit : edits.members().entrySet()) {
                    change(object, edit.getKey(), edit.getValue());
                }
            }
            case JsonPart.Elements _ -> {
                if (edits.sets()) {
                    throw new UnfitBodyException("an array lacks the element that the JSON Pointer names");
                }
            }
            case JsonPart.Text _, JsonPart.Single _, JsonPart.Unread _ -> {
                if (edits.sets()) {
                    splices.replace(part, edits.made(fill));
                }
            }
        }
    }

    private void change(JsonPart.Members object, String name, EditTree edit) throws UnfitBodyException, JsonFault {
        JsonPart.Member member = object.members().get(name);
        JsonValue value = edit.value();
        if (edit.removes()) {
            splices.remove(object, name);
        } else if (member == null) {
            if (edit.sets()) {
                splices.set(object, name, edit.made(fill));
            }
        } else if (value == null) {
            change(member.value(), edit);
        } else {
            JsonNode wanted = value.fill(fill);
            if (!isHere(member.value(), wanted)) {
                splices.replace(member.value(), wanted);
            }
        }
    }

    /** Returns whether the part already has the wanted scalar value. */
    private boolean isHere(JsonPart part, JsonNode wanted) throws JsonFault {
        return switch (part) {
            case JsonPart.Text string ->
                wanted.isString() && wanted.stringValue().equals(string.value());
            case JsonPart.Single single -> {
                JsonNode here = JsonTexts.readExact(Arrays.copyOfRange(text, single.from(), single.to()), stop);
                boolean areIntegers = here.isIntegralNumber() && wanted.isIntegralNumber();
                yield areIntegers ? here.bigIntegerValue().equals(wanted.bigIntegerValue()) : here.equals(wanted);
            }
            case JsonPart.Members _, JsonPart.Elements _, JsonPart.Unread _ -> false;
        };
    }
}
