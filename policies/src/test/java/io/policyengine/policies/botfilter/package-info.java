/** Tests. */
@NullMarked
package io.policyengine.policies.botfilter;

import org.jspecify.annotations.NullMarked;
