package io.policyengine.core.policy;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The facts that a policy declares about one chain entry, for checks of the whole chain.
 *
 * @param leniencies the parameters with which the entry lets messages pass without its usual effect
 * @param idSpaces the ids that the entry may give to clients; empty if it does not declare them
 */
public record EntryFacts(
        Set<Fact> facts,
        Set<HeaderUse> headers,
        Set<MetadataUse> metadata,
        Set<Leniency> leniencies,
        Set<IdSpace> idSpaces) {
    private static final EntryFacts NONE = new EntryFacts(Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

    /** Creates facts without leniencies and id spaces. */
    public EntryFacts(Set<Fact> facts, Set<HeaderUse> headers, Set<MetadataUse> metadata) {
        this(facts, headers, metadata, Set.of(), Set.of());
    }

    /** Creates facts without uses of Envoy's metadata. */
    public EntryFacts(Set<Fact> facts, Set<HeaderUse> headers) {
        this(facts, headers, Set.of());
    }

    public EntryFacts {
        facts = Set.copyOf(facts);
        headers = Set.copyOf(headers);
        metadata = Set.copyOf(metadata);
        leniencies = Set.copyOf(leniencies);
        idSpaces = Set.copyOf(idSpaces);
    }

    public static EntryFacts none() {
        return NONE;
    }

    /** Creates facts without uses of headers or Envoy's metadata. */
    public static EntryFacts of(Set<Fact> facts) {
        return new EntryFacts(facts, Set.of(), Set.of());
    }

    /**
     * Returns facts which declare that an entry reads these namespaces of {@link EnvoyMetadata}. The entry receives
     * only namespaces that it declares.
     */
    public static EntryFacts readingMetadata(String... namespaces) {
        return NONE.with(MetadataUse.Action.READS, List.of(namespaces));
    }

    /**
     * Returns the facts of an entry that reads the namespace. The entry needs the body of its phase only if the
     * namespace is missing when the headers arrive. If an entry declares several such namespaces, it needs the body
     * unless all are present.
     */
    public static EntryFacts bodyUnlessMetadata(Phase phase, String namespace) {
        return NONE.with(MetadataUse.Action.inPlaceOfBody(phase), List.of(namespace));
    }

    private EntryFacts with(MetadataUse.Action action, List<String> namespaces) {
        var more = new HashSet<>(metadata);
        namespaces.forEach(namespace -> more.add(new MetadataUse(action, namespace)));
        return new EntryFacts(facts, headers, more, leniencies, idSpaces);
    }

    /** Parses codes of facts. Unknown codes are ignored, since a newer worker may send more. */
    public static EntryFacts ofCodes(Collection<String> codes) {
        var facts = EnumSet.noneOf(Fact.class);
        for (var fact : Fact.values()) {
            if (codes.contains(fact.code())) {
                facts.add(fact);
            }
        }
        var headers = new HashSet<HeaderUse>();
        for (var code : codes) {
            for (var action : HeaderUse.Action.values()) {
                if (code.startsWith(action.prefix())) {
                    headers.add(
                            new HeaderUse(action, code.substring(action.prefix().length())));
                }
            }
        }
        var metadata = new HashSet<MetadataUse>();
        for (var code : codes) {
            for (var action : MetadataUse.Action.values()) {
                if (code.startsWith(action.prefix())) {
                    metadata.add(new MetadataUse(
                            action, code.substring(action.prefix().length())));
                }
            }
        }
        var leniencies = new HashSet<Leniency>();
        for (var code : codes) {
            for (var occasion : Leniency.Occasion.values()) {
                if (code.startsWith(occasion.prefix())) {
                    leniencies.add(new Leniency(
                            occasion, code.substring(occasion.prefix().length())));
                }
            }
        }
        var idSpaces =
                codes.stream().flatMap(code -> IdSpace.ofCode(code).stream()).collect(Collectors.toSet());
        return new EntryFacts(facts, headers, metadata, leniencies, idSpaces);
    }

    public EntryFacts with(Fact fact) {
        var more = new HashSet<>(facts);
        more.add(fact);
        return new EntryFacts(more, headers, metadata, leniencies, idSpaces);
    }

    /**
     * Returns whether a dependency may be the cause of a failure. A policy that declares all its effects but no
     * dependency can fail only because of load or of the messages that it reads. {@code on_failure} does not apply to
     * such failures.
     */
    public boolean mayFailByDependency() {
        return has(Fact.HAS_DEPENDENCY) || !has(Fact.DECLARES_ALL_EFFECTS);
    }

    /** Returns a copy that also declares this space, from which the entry gives ids to clients. */
    public EntryFacts with(IdSpace space) {
        var more = new HashSet<>(idSpaces);
        more.add(space);
        return new EntryFacts(facts, headers, metadata, leniencies, more);
    }

    /** Returns a copy that also declares a {@link Leniency}. */
    public EntryFacts passing(Leniency.Occasion occasion, String pointer) {
        var more = new HashSet<>(leniencies);
        more.add(new Leniency(occasion, pointer));
        return new EntryFacts(facts, headers, metadata, more, idSpaces);
    }

    /** Returns the union of these and other facts. */
    public EntryFacts with(EntryFacts other) {
        var moreFacts = new HashSet<>(facts);
        moreFacts.addAll(other.facts);
        var moreHeaders = new HashSet<>(headers);
        moreHeaders.addAll(other.headers);
        var moreMetadata = new HashSet<>(metadata);
        moreMetadata.addAll(other.metadata);
        var moreLeniencies = new HashSet<>(leniencies);
        moreLeniencies.addAll(other.leniencies);
        var moreSpaces = new HashSet<>(idSpaces);
        moreSpaces.addAll(other.idSpaces);
        return new EntryFacts(moreFacts, moreHeaders, moreMetadata, moreLeniencies, moreSpaces);
    }

    /** Returns a copy that also declares this use of the named headers. */
    public EntryFacts with(HeaderUse.Action action, Collection<String> names) {
        var more = new HashSet<>(headers);
        names.forEach(name -> more.add(new HeaderUse(action, name)));
        return new EntryFacts(facts, more, metadata, leniencies, idSpaces);
    }

    /** The namespaces of {@link EnvoyMetadata} that the entry reads. */
    public Set<String> metadataRead() {
        return metadata.stream().map(MetadataUse::namespace).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Returns the namespaces of Envoy's metadata that together replace this phase's body; empty if no metadata replaces
     * the body.
     */
    public Set<String> inPlaceOfBody(Phase phase) {
        var action = MetadataUse.Action.inPlaceOfBody(phase);
        return metadata.stream()
                .filter(use -> use.action() == action)
                .map(MetadataUse::namespace)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The request fields that carry the client's identity to the upstream. If the policy provides an identity but names
     * no fields, these are {@link IdentityFields#USUAL}.
     */
    public Set<String> identityFields() {
        var named = names(HeaderUse.Action.IDENTITY);
        return named.isEmpty() && has(Fact.PROVIDES_IDENTITY) ? IdentityFields.USUAL : named;
    }

    /** The names of the headers that the entry reads, without {@link HeaderUse#ALL}. */
    public Set<String> read() {
        return names(HeaderUse.Action.READS);
    }

    private Set<String> names(HeaderUse.Action action) {
        return headers.stream()
                .filter(use -> use.action() == action && !use.name().equals(HeaderUse.ALL))
                .map(HeaderUse::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    public boolean isEmpty() {
        return facts.isEmpty() && headers.isEmpty() && metadata.isEmpty() && leniencies.isEmpty() && idSpaces.isEmpty();
    }

    public boolean has(Fact fact) {
        return facts.contains(fact);
    }

    /**
     * Returns whether the entry declares this use of the header, by name or by {@link HeaderUse#ALL}.
     * @param name in lower case
     */
    public boolean does(HeaderUse.Action action, String name) {
        return headers.contains(new HeaderUse(action, name)) || headers.contains(new HeaderUse(action, HeaderUse.ALL));
    }

    /** The codes of these facts in the wire format, sorted. */
    public List<String> codes() {
        return Stream.of(
                        facts.stream().map(Fact::code),
                        headers.stream().map(HeaderUse::code),
                        metadata.stream().map(MetadataUse::code),
                        leniencies.stream().map(Leniency::code),
                        idSpaces.stream().map(IdSpace::code))
                .flatMap(Function.identity())
                .sorted()
                .toList();
    }
}
