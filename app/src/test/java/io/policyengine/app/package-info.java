/** Commands as a user types them, by {@code Main}, and the rules of the house, over the sources of all modules. */
@NullMarked
package io.policyengine.app;

import org.jspecify.annotations.NullMarked;
