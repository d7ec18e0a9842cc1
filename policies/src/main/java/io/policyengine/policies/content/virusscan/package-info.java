/** Policy {@code virusScan}: lets a virus scanner judge bodies. */
@NullMarked
package io.policyengine.policies.content.virusscan;

import org.jspecify.annotations.NullMarked;
