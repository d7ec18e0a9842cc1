/** Tests of {@code semanticCache}: its question. */
@NullMarked
package io.policyengine.policies.semanticcache.question;

import org.jspecify.annotations.NullMarked;
