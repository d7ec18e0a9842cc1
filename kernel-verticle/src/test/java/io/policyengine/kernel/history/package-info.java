@NullMarked
package io.policyengine.kernel.history;

import org.jspecify.annotations.NullMarked;
