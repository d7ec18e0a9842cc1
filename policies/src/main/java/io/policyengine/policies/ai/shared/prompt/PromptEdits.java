package io.policyengine.policies.ai.shared.prompt;

import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.format.json.JsonPart;
import io.policyengine.policies.format.json.JsonSplices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Edits the prompt in a body. All other bytes of the body stay unchanged. System messages are added to the interface's
 * member for instructions, or to the list of messages if there is no such member. Other messages are added to the list
 * of messages. Used once.
 */
public final class PromptEdits {
    /** The separator between instructions that are joined to one string. */
    private static final String BETWEEN = "\n\n";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Prompt prompt;
    private final PromptForm form;
    private final JsonPart.Members root;
    private final JsonSplices splices;
    private final List<String> systemFirst = new ArrayList<>();
    private final List<String> systemLast = new ArrayList<>();
    private final List<Added> first = new ArrayList<>();
    private final List<Added> last = new ArrayList<>();

    private record Added(Role role, List<String> texts) {}

    /** True if the edits replace the whole prompt. */
    private final boolean replacesAll;

    public PromptEdits(Prompt prompt) {
        this(prompt, false);
    }

    private PromptEdits(Prompt prompt, boolean replacesAll) {
        this.prompt = prompt;
        this.replacesAll = replacesAll;
        this.form = PromptForm.of(prompt.shape());
        this.root = prompt.request().root();
        this.splices = new JsonSplices(prompt.request().body());
    }

    /**
     * Returns edits that replace the whole prompt by the messages that are added. At least one added message must not
     * be a system message.
     */
    public static PromptEdits inPlaceOfAll(PromptBody body, ApiShape shape) {
        return new PromptEdits(new Prompt(body, shape, List.of()), true);
    }

    /** Returns the edits of the whole body, to which callers may add edits outside the prompt. */
    public JsonSplices splices() {
        return splices;
    }

    /**
     * Adds a message in front of the original messages, but after the messages that earlier calls of this method added.
     */
    public void addFirst(Role role, String text) {
        add(role, text, systemFirst, first);
    }

    /** Adds a message at the end of the prompt. */
    public void addLast(Role role, String text) {
        add(role, text, systemLast, last);
    }

    private void add(Role role, String text, List<String> system, List<Added> messages) {
        if (role == Role.SYSTEM && !form.system().isEmpty()) {
            system.add(text);
        } else if (isAlternating() && !messages.isEmpty() && messages.getLast().role() == role) {
            messages.getLast().texts().add(text);
        } else {
            messages.add(new Added(role, new ArrayList<>(List.of(text))));
        }
    }

    /** Returns whether the interface forbids consecutive messages of one role, as Bedrock's Converse does. */
    private boolean isAlternating() {
        return prompt.shape() == ApiShape.BEDROCK;
    }

    /**
     * Returns the edited body; without edits, the original array.
     *
     * @throws PromptFault if the edited parts do not match the shape
     */
    public byte[] applied() throws PromptFault {
        if (!systemFirst.isEmpty() || !systemLast.isEmpty()) {
            system();
        }
        if (!first.isEmpty() || !last.isEmpty()) {
            messages();
        }
        return splices.applied();
    }

    private void system() throws PromptFault {
        String name = form.system().stream()
                .filter(root.members()::containsKey)
                .findFirst()
                .orElse(form.system().getFirst());
        Optional<JsonPart> there = prompt.system();
        if (there.isEmpty() || replacesAll) {
            splices.set(root, name, newSystem());
            return;
        }
        switch (there.get()) {
            case JsonPart.Text text
            when !isGoogle() ->
                splices.replace(
                        text,
                        JSON.stringNode(String.join(
                                BETWEEN,
                                Stream.of(systemFirst.stream(), Stream.of(text.value()), systemLast.stream())
                                        .flatMap(texts -> texts)
                                        .toList())));
            case JsonPart.Elements blocks when !isGoogle() -> blocks(blocks, systemFirst, systemLast);
            case JsonPart.Members content when isGoogle() -> blocksOf(content, systemFirst, systemLast);
            case JsonPart.Text _, JsonPart.Elements _, JsonPart.Members _, JsonPart.Single _, JsonPart.Unread _ ->
                throw new PromptFault(PromptFault.Kind.MISSHAPEN);
        }
    }

    private boolean isGoogle() {
        return prompt.shape() == ApiShape.GEMINI;
    }

    private JsonNode newSystem() {
        List<String> texts =
                Stream.concat(systemFirst.stream(), systemLast.stream()).toList();
        return switch (prompt.shape()) {
            case OPENAI_CHAT, OPENAI_RESPONSES, ANTHROPIC -> JSON.stringNode(String.join(BETWEEN, texts));
            case GEMINI -> JSON.objectNode().set(form.content(), blocks(texts));
            case BEDROCK -> blocks(texts);
        };
    }

    private void blocksOf(JsonPart.Members content, List<String> before, List<String> behind) throws PromptFault {
        Optional<JsonPart> blocks = content.get(form.content());
        if (blocks.isEmpty()) {
            splices.set(
                    content,
                    form.content(),
                    blocks(Stream.concat(before.stream(), behind.stream()).toList()));
        } else if (blocks.get() instanceof JsonPart.Elements elements) {
            blocks(elements, before, behind);
        } else {
            throw new PromptFault(PromptFault.Kind.MISSHAPEN);
        }
    }

    private void blocks(JsonPart.Elements blocks, List<String> before, List<String> behind) {
        before.forEach(text -> splices.addFirst(blocks, block(text)));
        behind.forEach(text -> splices.addLast(blocks, block(text)));
    }

    private ArrayNode blocks(List<String> texts) {
        ArrayNode blocks = JSON.arrayNode();
        texts.forEach(text -> blocks.add(block(text)));
        return blocks;
    }

    private ObjectNode block(String text) {
        ObjectNode block = JSON.objectNode();
        if (prompt.shape() == ApiShape.ANTHROPIC) {
            block.put("type", "text");
        }
        return block.put("text", text);
    }

    private void messages() throws PromptFault {
        Optional<JsonPart> list = root.get(form.list());
        if (list.isEmpty() || replacesAll) {
            ArrayNode messages = JSON.arrayNode();
            Stream.concat(first.stream(), last.stream()).forEach(added -> messages.add(message(added)));
            splices.set(root, form.list(), messages);
            return;
        }
        switch (list.get()) {
            case JsonPart.Elements messages -> messages(messages);
            case JsonPart.Text text
            when prompt.shape() == ApiShape.OPENAI_RESPONSES -> {
                ArrayNode messages = JSON.arrayNode();
                first.forEach(added -> messages.add(message(added)));
                messages.add(message(new Added(Role.USER, List.of(text.value()))));
                last.forEach(added -> messages.add(message(added)));
                splices.replace(text, messages);
            }
            case JsonPart.Text _, JsonPart.Members _, JsonPart.Single _, JsonPart.Unread _ ->
                throw new PromptFault(PromptFault.Kind.MISSHAPEN);
        }
    }

    private void messages(JsonPart.Elements messages) throws PromptFault {
        int instructions = prompt.system().isPresent() ? 1 : 0;
        List<PromptMessage> said =
                prompt.messages().subList(instructions, prompt.messages().size());
        List<String> before = List.of();
        List<String> behind = List.of();
        if (isAlternating() && !said.isEmpty()) {
            before = takeIf(first, first.size() - 1, said.getFirst().role());
            behind = takeIf(last, 0, said.getLast().role());
            if (said.size() == 1) {
                joinTo(said.getFirst(), before, behind);
            } else {
                joinTo(said.getFirst(), before, List.of());
                joinTo(said.getLast(), List.of(), behind);
            }
        }
        first.forEach(added -> splices.addFirst(messages, message(added)));
        last.forEach(added -> splices.addLast(messages, message(added)));
    }

    /**
     * Removes the message at this index if it has this role, and returns its texts; otherwise returns an empty list.
     */
    private static List<String> takeIf(List<Added> from, int at, Role role) {
        return at >= 0 && at < from.size() && from.get(at).role() == role
                ? from.remove(at).texts()
                : List.of();
    }

    private void joinTo(PromptMessage message, List<String> before, List<String> behind) throws PromptFault {
        if (before.isEmpty() && behind.isEmpty()) {
            return;
        }
        if (!(message.part() instanceof JsonPart.Members content)) {
            throw new PromptFault(PromptFault.Kind.MISSHAPEN);
        }
        blocksOf(content, before, behind);
    }

    private ObjectNode message(Added added) {
        ObjectNode message = JSON.objectNode().put("role", form.nameOf(added.role()));
        return switch (prompt.shape()) {
            case OPENAI_CHAT, OPENAI_RESPONSES, ANTHROPIC ->
                message.put(form.content(), String.join(BETWEEN, added.texts()));
            case GEMINI, BEDROCK -> message.set(form.content(), blocks(added.texts()));
        };
    }
}
