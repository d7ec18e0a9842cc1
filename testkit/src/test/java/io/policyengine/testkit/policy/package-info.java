/** Tests. */
@NullMarked
package io.policyengine.testkit.policy;

import org.jspecify.annotations.NullMarked;
