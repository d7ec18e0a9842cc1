package io.policyengine.policies.authentication.hmacsignature;

import org.jspecify.annotations.Nullable;

/**
 * The permitted signers: the source of their keys, and the requirements on their signatures.
 *
 * @param decoy key that verifies signatures by unknown keys, so that timing does not reveal which keys are known; or
 *     null
 */
record Signers(
        SignatureRules rules,
        SignerKeySource keys,
        @Nullable SignerKey decoy) {}
