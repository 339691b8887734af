#pragma once

#include <filesystem>
#include <functional>
#include <ostream>
#include <string>
#include <system_error>

namespace gradus {

/// Writes a file through `fill`, beside its place and then renamed, so that a reader sees the old contents
/// or the new, whatever dies meanwhile: the process, or the machine. When this returns, the new contents are
/// on disk, and so is their name, as far as the file system can do that. A failure leaves the old, but for
/// one while the folder is synced at the end. With `keep_old`, what was there goes on under that name, in the
/// same folder; at every moment one of the two names has whole contents.
///
/// The file beside is called .gradus-NUMBER.part with a random number, is certainly new, gone after a failure
/// and left behind only by a process that was killed (remove_leftovers()). Missing folders are made. A link,
/// a device or a pipe is not replaced but written to, once `fill` is done.
///
/// Throws FileError naming the path and the system's reason (unwritable folder, full disk …).
void write_file(const std::filesystem::path& path, const std::function<void(std::ostream&)>& fill,
                const std::filesystem::path& keep_old = {});
void write_file(const std::filesystem::path& path, const std::string& contents);

/// Makes a folder and those above it that are missing, and returns when their names are on disk. `code` says
/// why it could not. Throws FileError as sync_folder() does.
void make_folders(const std::filesystem::path& folder, std::error_code& code);

/// Removes from a folder what write_file() of processes that were killed has left there. What a living one is
/// writing stays.
void remove_leftovers(const std::filesystem::path& folder);

/// Whether there is a file or a folder of this path. Throws FileError where the system cannot say, which is
/// no reason to believe that there is none.
bool file_exists(const std::filesystem::path& path);

/// The last name of a path to a folder; where that is none, as in "." and "a/..", the name of the folder it
/// leads to, as far as the system can say.
std::string name_of_folder(const std::filesystem::path& folder);

/// The whole contents of a file. Throws FileError naming the path and the system's reason, DamagedFile where
/// the disk cannot give them back.
std::string read_file(const std::filesystem::path& path);

}  // namespace gradus
