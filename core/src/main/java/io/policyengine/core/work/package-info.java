/** Work that takes too long for an event loop: what is known of it beforehand, and what it is told while it runs. */
@Api
@NullMarked
package io.policyengine.core.work;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
