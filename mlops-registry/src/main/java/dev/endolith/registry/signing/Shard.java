package dev.endolith.registry.signing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * A piece of a file: {@code path:start:end}, the end exclusive. Paths may have colons, so it is
 * read from the right.
 */
record Shard(String path, long start, long end) {
  private static final Comparator<Shard> WITHIN =
      Comparator.comparingLong(Shard::start).thenComparingLong(Shard::end);

  static Shard of(String name) throws MalformedException {
    int last = name.lastIndexOf(':');
    int middle = last < 1 ? -1 : name.lastIndexOf(':', last - 1);
    if (middle > 0) {
      String path = name.substring(0, middle);
      long start = number(name.substring(middle + 1, last));
      long end = number(name.substring(last + 1));
      if (MemberName.isCanonical(path) && start >= 0 && start < end) {
        return new Shard(path, start, end);
      }
    }
    throw new MalformedException("the names of shards must be 'path:start:end'");
  }

  private static long number(String digits) {
    boolean canonical =
        !digits.isEmpty()
            && digits.length() <= 18
            && digits.chars().allMatch(c -> c >= '0' && c <= '9')
            && (digits.length() == 1 || digits.charAt(0) != '0');
    return canonical ? Long.parseLong(digits) : -1;
  }

  /** Shards of one file follow each other without a gap, all but the last of the full size. */
  static void checkAll(List<Statement.Resource> resources, long size) throws MalformedException {
    Shard before = null;
    List<Shard> shards = new ArrayList<>();
    for (Statement.Resource resource : resources) {
      Shard shard = of(resource.name());
      boolean continues = before != null && before.path.equals(shard.path);
      long start = continues && before != null ? before.end : 0;
      boolean whole = !continues || (before != null && before.end - before.start == size);
      if (shard.start != start || !whole || shard.end - shard.start > size) {
        throw new MalformedException("the shards of a file must cover it in order without gaps");
      }
      shards.add(shard);
      before = shard;
    }
    if (!isSorted(shards, MemberName.BY_CODE_POINTS) && !isSorted(shards, MemberName.BY_PARTS)) {
      throw new MalformedException("the resources must be sorted by name and unique");
    }
  }

  private static boolean isSorted(List<Shard> shards, Comparator<String> names) {
    Function<Shard, String> path = Shard::path;
    return StatementJson.isSorted(shards, Comparator.comparing(path, names).thenComparing(WITHIN));
  }
}
