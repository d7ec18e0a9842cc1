/** Time as the engine sees it, injectable. */
@NullMarked
package io.policyengine.core.time;

import org.jspecify.annotations.NullMarked;
