package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.Call;
import io.policyengine.policies.authentication.hmacsignature.HmacSignatureParams.KeyEntry;
import io.policyengine.policies.authentication.hmacsignature.component.Claim;
import io.policyengine.policies.authentication.hmacsignature.component.RequestComponents;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

record SignerKeyTable(Map<String, SignerKey> keys) implements SignerKeySource {
    SignerKeyTable {
        keys = Map.copyOf(keys);
    }

    @Override
    public Future<Optional<SignerKey>> find(Claim claim, RequestComponents request, Call call) {
        return Future.succeededFuture(Optional.ofNullable(keys.get(claim.keyId())));
    }

    @Override
    public boolean mayKnow(String keyId) {
        return keys.containsKey(keyId);
    }

    /**
     * Returns an arbitrary key, or null if the table is empty. Signatures by unknown keys are verified with it, so that
     * timing does not reveal which keys are known.
     */
    @Nullable
    SignerKey any() {
        return keys.isEmpty() ? null : keys.values().iterator().next();
    }

    /** Returns the keys that the parameters list, and adds the problems found. */
    static SignerKeyTable of(List<KeyEntry> entries, List<ParamProblem> problems) {
        Map<String, SignerKey> keys = new HashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            KeyEntry entry = entries.get(i);
            String pointer = "/keys/" + i;
            String owner = entry.consumer() == null ? entry.id() : entry.consumer();
            if (!IdentityHeaders.isLegalId(owner)) {
                problems.add(new ParamProblem(
                        pointer + (entry.consumer() == null ? "/id" : "/consumer"),
                        "an id must not be empty, and must have no control characters and no blanks at its ends"));
            }
            SignerKey key = key(entry, owner, pointer, problems);
            if (key != null && keys.putIfAbsent(entry.id(), key) != null) {
                problems.add(new ParamProblem(pointer + "/id", "a key with this id is already listed"));
            }
        }
        return new SignerKeyTable(keys);
    }

    private static @Nullable SignerKey key(KeyEntry entry, String owner, String pointer, List<ParamProblem> problems) {
        List<String> forms = forms(entry);
        if (forms.size() != 1) {
            problems.add(new ParamProblem(
                    pointer, "a key must have exactly one of secret, secret_base64, public_key and jwk"));
            return null;
        }
        try {
            SignerKey key = SignerKey.of(owner, entry.id(), read(entry));
            if (entry.algorithm() != null && entry.algorithm() != key.algorithm()) {
                problems.add(new ParamProblem(
                        pointer + "/algorithm",
                        "the key can be used with " + key.algorithm().code() + " only"));
            }
            return key;
        } catch (IllegalArgumentException unusable) {
            problems.add(new ParamProblem(pointer + "/" + forms.getFirst(), String.valueOf(unusable.getMessage())));
            return null;
        }
    }

    /** Returns the names of the members of a key entry that hold a key. */
    private static List<String> forms(KeyEntry entry) {
        List<String> forms = new ArrayList<>(1);
        note("secret", entry.secret(), forms);
        note("secret_base64", entry.secretBase64(), forms);
        note("public_key", entry.publicKey(), forms);
        note("jwk", entry.jwk(), forms);
        return forms;
    }

    private static void note(String form, @Nullable Object value, List<String> forms) {
        if (value != null) {
            forms.add(form);
        }
    }

    private static Key read(KeyEntry entry) {
        if (entry.secret() != null) {
            return KeyMaterial.secret(entry.secret().getBytes(StandardCharsets.UTF_8));
        }
        if (entry.secretBase64() != null) {
            return KeyMaterial.secretOfBase64(entry.secretBase64());
        }
        return entry.publicKey() != null
                ? KeyMaterial.ofPem(entry.publicKey())
                : KeyMaterial.of(KeyMaterial.jwk(String.valueOf(entry.jwk())));
    }
}
