/** Tests of structured fields. */
@NullMarked
package io.policyengine.policies.structuredfields;

import org.jspecify.annotations.NullMarked;
