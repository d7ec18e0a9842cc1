/** Tests. */
@NullMarked
package io.policyengine.policies.jwt;

import org.jspecify.annotations.NullMarked;
