package io.policyengine.policies.ai.shared.prompt;

import io.policyengine.policies.format.json.JsonPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the messages of a body in their order. Used once. */
final class PromptReader {
    private final JsonPart.Members root;
    private final PromptForm form;
    private final Set<String> namesOfText;
    private final List<PromptMessage> messages = new ArrayList<>();

    PromptReader(JsonPart.Members root, PromptForm form) {
        this.root = root;
        this.form = form;
        this.namesOfText = Set.of("role", "type", form.content());
    }

    List<PromptMessage> messages() throws PromptFault {
        system();
        Optional<JsonPart> list = root.get(form.list());
        if (list.isPresent() && !list.get().isNull()) {
            list(list.get());
        }
        return messages;
    }

    private void list(JsonPart list) throws PromptFault {
        switch (list) {
            case JsonPart.Text text when form.list().equals("input") -> add(Role.USER, text, text, true);
            case JsonPart.Elements elements -> {
                for (JsonPart element : elements.elements()) {
                    message(element);
                }
            }
            case JsonPart.Text _, JsonPart.Members _, JsonPart.Single _, JsonPart.Unread _ -> throw misshapen();
        }
    }

    /**
     * Reads the instructions. A body with two spellings of the member for instructions is ambiguous, since servers
     * differ in which one they read.
     */
    private void system() throws PromptFault {
        List<JsonPart> values =
                form.system().stream().flatMap(name -> root.get(name).stream()).toList();
        if (values.size() > 1) {
            throw new PromptFault(PromptFault.Kind.AMBIGUOUS);
        }
        if (values.isEmpty() || values.getFirst().isNull()) {
            return;
        }
        JsonPart value = values.getFirst();
        add(Role.SYSTEM, value instanceof JsonPart.Members content ? content(content) : value, value, true);
    }

    private JsonPart content(JsonPart.Members message) {
        return message.get(form.content()).orElse(message);
    }

    private void message(JsonPart element) throws PromptFault {
        if (!(element instanceof JsonPart.Members message)) {
            throw misshapen();
        }
        add(
                role(message),
                content(message),
                message,
                namesOfText.containsAll(message.members().keySet()));
    }

    /** Returns the role of a message, which Gemini's messages may omit. */
    private Role role(JsonPart.Members message) {
        Optional<JsonPart> written = message.get("role");
        if (written.isEmpty()) {
            return form.content().equals("parts") ? Role.USER : Role.OTHER;
        }
        return written.get() instanceof JsonPart.Text name ? Role.of(name.value()) : Role.OTHER;
    }

    private void add(Role role, JsonPart content, JsonPart part, boolean isPlain) {
        Content read = new Content();
        read.take(content);
        messages.add(new PromptMessage(role, read.texts, isPlain && read.isTextOnly, part));
    }

    private static PromptFault misshapen() {
        return new PromptFault(PromptFault.Kind.MISSHAPEN);
    }

    /** The texts of a message's content: a string, or a list of blocks identified by their members. */
    private static final class Content {
        private static final Set<String> NAMES_OF_TEXT = Set.of("text", "type");

        /** Members of a content block that hold the output of a tool, or nested blocks of such an output. */
        private static final List<String> NESTED = List.of("content", "output", "toolResult");

        private final List<JsonPart.Text> texts = new ArrayList<>();
        private boolean isTextOnly = true;

        void take(JsonPart content) {
            switch (content) {
                case JsonPart.Text text -> texts.add(text);
                case JsonPart.Elements elements -> elements.elements().forEach(this::take);
                case JsonPart.Members block -> block(block);
                case JsonPart.Single single -> isTextOnly = isTextOnly && single.isNull();
                case JsonPart.Unread _ -> isTextOnly = false;
            }
        }

        private void block(JsonPart.Members block) {
            Optional<JsonPart.Text> text = block.text("text");
            text.ifPresent(texts::add);
            isTextOnly = isTextOnly
                    && text.isPresent()
                    && NAMES_OF_TEXT.containsAll(block.members().keySet());
            for (String name : NESTED) {
                block.get(name).ifPresent(this::take);
            }
        }
    }
}
