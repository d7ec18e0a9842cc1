/** Policy {@code virusScan}: lets a virus scanner judge bodies. */
@NullMarked
package io.policyengine.policies.virusscan;

import org.jspecify.annotations.NullMarked;
