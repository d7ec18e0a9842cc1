/** Tests. */
@NullMarked
package io.policyengine.policies.replace;

import org.jspecify.annotations.NullMarked;
