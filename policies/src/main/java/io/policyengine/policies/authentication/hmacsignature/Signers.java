package io.policyengine.policies.authentication.hmacsignature;

import org.jspecify.annotations.Nullable;

/**
 * The permitted signers: the source of their keys, and the requirements on their signatures.
 *
 * @param decoy a key for verifying signatures by unknown keys in the same time; null if there is none
 */
record Signers(
        SignatureRules rules,
        SignerKeySource keys,
        @Nullable SignerKey decoy) {}
