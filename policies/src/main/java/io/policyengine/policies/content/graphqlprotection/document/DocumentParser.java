package io.policyengine.policies.content.graphqlprotection.document;

import io.policyengine.policies.content.graphqlprotection.document.Document.Amount;
import io.policyengine.policies.content.graphqlprotection.document.Document.Field;
import io.policyengine.policies.content.graphqlprotection.document.Document.Fragment;
import io.policyengine.policies.content.graphqlprotection.document.Document.Inline;
import io.policyengine.policies.content.graphqlprotection.document.Document.Literal;
import io.policyengine.policies.content.graphqlprotection.document.Document.Operation;
import io.policyengine.policies.content.graphqlprotection.document.Document.Selection;
import io.policyengine.policies.content.graphqlprotection.document.Document.Spread;
import io.policyengine.policies.content.graphqlprotection.document.Document.Variable;
import io.policyengine.policies.content.graphqlprotection.document.GraphqlFault.Kind;
import io.policyengine.policies.content.graphqlprotection.document.Lexer.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses documents of operations and fragments (GraphQL, September 2025, §2), without type definitions. Time and memory
 * are linear in the number of tokens. The number of tokens and the nesting are limited.
 */
public final class DocumentParser {
    /** Maximum nesting of selection sets, values and types in a GraphQL document. Each level needs stack memory. */
    public static final int MAX_NESTING = 200;

    private final Lexer lexer;
    private final List<Operation> operations = new ArrayList<>();
    private final Map<String, Fragment> fragments = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();
    private final Map<String, Long> defaults = new HashMap<>();
    /** The names of fragments that the current definition spreads. */
    private Set<String> spreads = new LinkedHashSet<>();

    private int nesting;

    private DocumentParser(Lexer lexer) {
        this.lexer = lexer;
    }

    /**
     * Parses a document.
     *
     * @param maxTokens maximum number of tokens
     * @throws GraphqlFault if the document is invalid, exceeds a limit, or has circular fragments
     */
    public static Document parse(String text, int maxTokens) throws GraphqlFault {
        return new DocumentParser(new Lexer(text, maxTokens)).document();
    }

    private Document document() throws GraphqlFault {
        lexer.next();
        Set<String> used = new HashSet<>();
        while (lexer.token() != Token.END) {
            spreads = new LinkedHashSet<>();
            definition();
            used.addAll(spreads);
        }
        boolean unambiguous = operations.size() == 1
                || operations.stream().allMatch(operation -> operation.name().isPresent());
        require(!operations.isEmpty() && unambiguous && fragments.keySet().containsAll(used));
        return new Document(List.copyOf(operations), FragmentOrder.of(fragments), Map.copyOf(defaults));
    }

    private void definition() throws GraphqlFault {
        if (lexer.is('{')) {
            operations.add(new Operation(Document.Type.QUERY, Optional.empty(), 0, selectionSet()));
            return;
        }
        if (lexer.token() == Token.STRING) {
            lexer.next();
        }
        switch (name()) {
            case "query" -> operation(Document.Type.QUERY);
            case "mutation" -> operation(Document.Type.MUTATION);
            case "subscription" -> operation(Document.Type.SUBSCRIPTION);
            case "fragment" -> fragment();
            default -> throw malformed();
        }
    }

    private void operation(Document.Type type) throws GraphqlFault {
        Optional<String> name = lexer.token() == Token.NAME ? Optional.of(name()) : Optional.empty();
        require(name.isEmpty() || names.add(name.get()));
        int directives = lexer.is('(') ? variables() : 0;
        directives += directives();
        operations.add(new Operation(type, name, directives, selectionSet()));
    }

    /** Parses the definitions of variables; returns the number of their directives. */
    private int variables() throws GraphqlFault {
        int directives = 0;
        expect('(');
        do {
            expect('$');
            String variable = name();
            expect(':');
            type();
            if (lexer.is('=')) {
                lexer.next();
                if (value() instanceof Literal(long number)) {
                    defaults.merge(variable, number, Math::max);
                }
            }
            directives += directives();
        } while (!lexer.is(')'));
        expect(')');
        return directives;
    }

    private void type() throws GraphqlFault {
        enter();
        if (lexer.is('[')) {
            lexer.next();
            type();
            expect(']');
        } else {
            name();
        }
        if (lexer.is('!')) {
            lexer.next();
        }
        nesting--;
    }

    private void fragment() throws GraphqlFault {
        String name = name();
        require(!name.equals("on") && !fragments.containsKey(name));
        require(name().equals("on"));
        name();
        int directives = directives();
        List<Selection> selections = selectionSet();
        fragments.put(name, new Fragment(directives, spreads, selections));
    }

    private List<Selection> selectionSet() throws GraphqlFault {
        enter();
        expect('{');
        List<Selection> selections = new ArrayList<>();
        do {
            selections.add(lexer.is('.') ? fragmentPlace() : field());
        } while (!lexer.is('}'));
        lexer.next();
        nesting--;
        return selections;
    }

    private Selection fragmentPlace() throws GraphqlFault {
        expect('.');
        if (lexer.token() == Token.NAME && !lexer.text().equals("on")) {
            String fragment = name();
            spreads.add(fragment);
            return new Spread(fragment, directives());
        }
        if (lexer.token() == Token.NAME) {
            lexer.next();
            name();
        }
        int directives = directives();
        return new Inline(directives, selectionSet());
    }

    private Selection field() throws GraphqlFault {
        String name = name();
        boolean aliased = lexer.is(':');
        if (aliased) {
            lexer.next();
            name = name();
        }
        Map<String, Amount> numbers = lexer.is('(') ? arguments() : Map.of();
        int directives = directives();
        return new Field(name, aliased, numbers, directives, lexer.is('{') ? selectionSet() : List.of());
    }

    /** Parses arguments; returns those that may be integers, by name. */
    private Map<String, Amount> arguments() throws GraphqlFault {
        Map<String, Amount> numbers = new HashMap<>();
        expect('(');
        do {
            String name = name();
            expect(':');
            Amount number = value();
            if (number != null) {
                numbers.put(name, number);
            }
        } while (!lexer.is(')'));
        lexer.next();
        return numbers;
    }

    private int directives() throws GraphqlFault {
        int count = 0;
        while (lexer.is('@')) {
            lexer.next();
            name();
            if (lexer.is('(')) {
                arguments();
            }
            count++;
        }
        return count;
    }

    /** Parses a value; returns it if it is an integer or a variable, and null otherwise. */
    private @Nullable Amount value() throws GraphqlFault {
        switch (lexer.token()) {
            case INT -> {
                Literal number = new Literal(number(lexer.text()));
                lexer.next();
                return number;
            }
            case FLOAT, STRING, NAME -> lexer.next();
            case PUNCTUATOR -> {
                if (lexer.is('$')) {
                    lexer.next();
                    return new Variable(name());
                }
                enter();
                composite();
                nesting--;
            }
            case END -> throw malformed();
        }
        return null;
    }

    private void composite() throws GraphqlFault {
        boolean object = lexer.is('{');
        require(object || lexer.is('['));
        char close = object ? '}' : ']';
        lexer.next();
        while (!lexer.is(close)) {
            if (object) {
                name();
                expect(':');
            }
            value();
        }
        lexer.next();
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException tooLarge) {
            return Long.MAX_VALUE;
        }
    }

    private void enter() throws GraphqlFault {
        if (++nesting > MAX_NESTING) {
            throw new GraphqlFault(Kind.NESTING);
        }
    }

    private String name() throws GraphqlFault {
        require(lexer.token() == Token.NAME);
        String name = lexer.text();
        lexer.next();
        return name;
    }

    private void expect(char punctuator) throws GraphqlFault {
        require(lexer.is(punctuator));
        lexer.next();
    }

    private static void require(boolean holds) throws GraphqlFault {
        if (!holds) {
            throw malformed();
        }
    }

    private static GraphqlFault malformed() {
        return new GraphqlFault(Kind.MALFORMED);
    }
}
